using Gateway.Failures;
using Gateway.Telemetry;

namespace Gateway.Caching.Flights;

/// <summary>How a flight began: with an answer, or with a failure that everyone on it is told.</summary>
internal sealed record FlightHead
{
    /// <summary>Null: there is an answer.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Who answers, and the upstream's model id.</summary>
    public string Provider { get; init; } = "";

    public string? Replica { get; init; }

    public string Model { get; init; } = "";

    public bool IsHedged { get; init; }

    /// <summary>The attempts until then.</summary>
    public IReadOnlyList<AttemptRecord> Attempts { get; init; } = [];

    public string ContentType { get; init; } = "";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The answer, where it came whole.</summary>
    public byte[]? Whole { get; init; }

    /// <summary>What an upstream call has brought so far.</summary>
    internal static FlightHead Of(RequestOutcome outcome, Failure? failure = null) => new()
    {
        Failure = failure,
        Provider = outcome.Provider ?? "",
        Replica = outcome.Replica,
        Model = outcome.UpstreamModel ?? "",
        IsHedged = outcome.IsHedged,
        Attempts = [.. outcome.Attempts],
    };

    /// <summary>Tells a request's outcome who answered for it.</summary>
    internal void Describe(RequestOutcome outcome)
    {
        outcome.Provider = Provider.Length > 0 ? Provider : outcome.Provider;
        outcome.Replica = Replica;
        outcome.UpstreamModel = Model.Length > 0 ? Model : null;
        outcome.IsHedged = IsHedged;
        outcome.Attempts.AddRange(Attempts);
    }
}
