using Gateway.Load.Arrivals;
using Gateway.Load.Measures;
using Gateway.Load.Requests;

namespace Gateway.Load.Run;

/// <summary>One run against one target.</summary>
internal sealed record RunOptions
{
    public const int DefaultMaxRequests = 1_000_000;

    public string Name { get; init; } = "run";

    public Uri? Url { get; init; }

    public bool Insecure { get; init; }

    public RequestShape Requests { get; init; } = new();

    /// <summary>Open loop when set.</summary>
    public Profile? Rate { get; init; }

    /// <summary>Null: what follows from the burstiness.</summary>
    public ArrivalShape? Arrival { get; init; }

    /// <summary>Of gamma.</summary>
    public double? Burstiness { get; init; }

    public ArrivalShape Gaps => Arrival ?? (Burstiness is null ? ArrivalShape.Poisson : ArrivalShape.Gamma);

    public string? Trace { get; init; }

    /// <summary>Closed loop, unless there is a rate or a trace.</summary>
    public Profile Concurrency { get; init; } = Profile.Constant(1);

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Before the measured time, with the load of its beginning.</summary>
    public TimeSpan Warmup { get; init; }

    public long MaxRequests { get; init; } = DefaultMaxRequests;

    public int MaxInFlight { get; init; } = 20_000;

    /// <summary>Of one request.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long requests may go on after the duration.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan StallThreshold { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The upstream's time between two chunks; zero: not known.</summary>
    public TimeSpan Pace { get; init; }

    public IReadOnlyList<Objective> Objectives { get; init; } = [];

    /// <summary>The process whose CPU and memory are measured too.</summary>
    public int? Pid { get; init; }

    public int Seed { get; init; } = 1;

    public bool IsOpenLoop => Rate is not null || Trace is not null;
}
