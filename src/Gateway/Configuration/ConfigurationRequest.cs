namespace Gateway.Configuration;

/// <summary>What to load a configuration from. Loading the same request again sees changed files and variables.</summary>
internal sealed record ConfigurationRequest
{
    /// <summary>The file the working directory is searched for when <see cref="File"/> is null.</summary>
    public const string DefaultFile = "gateway.yaml";

    /// <summary>The file that was asked for; null: <see cref="DefaultFile"/> if it exists, else the environment alone.</summary>
    public string? File { get; init; }

    /// <summary>A built-in document instead of a file (<c>gateway demo</c>); overrides still apply.</summary>
    public string? Embedded { get; init; }

    /// <summary>Command-line values in order; a later one wins.</summary>
    public IReadOnlyList<ConfigurationOverride> Overrides { get; init; } = [];

    /// <summary>The process environment.</summary>
    public required Func<IReadOnlyDictionary<string, string>> ReadEnvironment { get; init; }

    /// <summary>A file's bytes. Throws what <see cref="System.IO.File.OpenRead(string)"/> throws.</summary>
    public required Func<string, byte[]> ReadFile { get; init; }
}
