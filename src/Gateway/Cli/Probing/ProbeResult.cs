namespace Gateway.Cli.Probing;

/// <summary>One row of the table: what came of each step with one replica. A step that was not tried is a dash.</summary>
internal sealed record ProbeResult(string Replica, string Address)
{
    internal const string NotTried = "-";
    internal const string Failed = "failed";

    public string Credentials { get; init; } = NotTried;

    public string Models { get; init; } = NotTried;

    public string Model { get; init; } = NotTried;

    public string Completion { get; init; } = NotTried;

    /// <summary>Time until the stream's first content.</summary>
    public string FirstToken { get; init; } = NotTried;

    /// <summary>Time until its end.</summary>
    public string Stream { get; init; } = NotTried;

    /// <summary>What failed; empty: everything went well.</summary>
    public IReadOnlyList<ProbeFinding> Findings { get; init; } = [];

    internal ProbeResult With(ProbeFinding finding) => this with { Findings = [.. Findings, finding] };
}
