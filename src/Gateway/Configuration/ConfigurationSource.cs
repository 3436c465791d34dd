namespace Gateway.Configuration;

/// <summary>The origin of one value.</summary>
/// <param name="Kind">Default, file, environment or command line.</param>
/// <param name="Name">The file path, the variable's name or the option as typed; empty for a default.</param>
/// <param name="Line">1-based; 0 outside files.</param>
/// <param name="Column">1-based; 0 outside files.</param>
internal sealed record ConfigurationSource(ConfigurationSourceKind Kind, string Name, int Line = 0, int Column = 0)
{
    public static ConfigurationSource Default { get; } = new(ConfigurationSourceKind.Default, "");

    public override string ToString() => Kind switch
    {
        ConfigurationSourceKind.Default => "default",
        ConfigurationSourceKind.File => $"{Name}:{Line}",
        _ => Name,
    };
}
