namespace Gateway.Cli;

/// <summary>The process as the commands see it.</summary>
internal sealed record CommandHost
{
    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    public required Func<IReadOnlyDictionary<string, string>> ReadEnvironment { get; init; }

    /// <summary>A file's bytes. Throws what <see cref="File.OpenRead(string)"/> throws.</summary>
    public required Func<string, byte[]> ReadFile { get; init; }

    /// <summary>Asks for a line that is not echoed; empty when there is none.</summary>
    public required Func<string, string> ReadSecret { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    /// <summary>The real process.</summary>
    public static CommandHost OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        ReadEnvironment = ProcessEnvironment.Read,
        ReadFile = ProcessEnvironment.ReadFile,
        ReadSecret = SecretInput.Read,
        TimeProvider = TimeProvider.System,
    };
}
