using Gateway.Load.Comparing;
using Gateway.Load.Run;

namespace Gateway.Load.Output;

/// <summary>Everything a command has to say at its end.</summary>
internal sealed record Report
{
    public required string Name { get; init; }

    /// <summary>What a scenario is for, in its own words.</summary>
    public string Description { get; init; } = "";

    public required IReadOnlyList<RunResult> Runs { get; init; }

    public IReadOnlyList<AssertionResult> Assertions { get; init; } = [];

    public IReadOnlyList<Comparison> Comparisons { get; init; } = [];

    /// <summary>The step of a sweep after which more load brings little but waiting.</summary>
    public RunResult? Knee { get; init; }
}
