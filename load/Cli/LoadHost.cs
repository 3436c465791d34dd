namespace Gateway.Load.Cli;

/// <summary>The process as the commands see it.</summary>
internal sealed record LoadHost
{
    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Standard error is a terminal.</summary>
    public required bool IsTerminal { get; init; }

    public required TimeProvider TimeProvider { get; init; }
}
