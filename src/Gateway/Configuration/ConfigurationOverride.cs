namespace Gateway.Configuration;

/// <summary>A value from the command line. Not a record: printing one must not print a secret.</summary>
/// <param name="path">Dotted, as in <c>server.listen</c>.</param>
/// <param name="value">Lists are comma-separated; empty: back to the default.</param>
/// <param name="option">The option that errors name, as in <c>--set server.listen</c>.</param>
internal sealed class ConfigurationOverride(string path, string value, string option)
{
    public string Path { get; } = path;

    public string Value { get; } = value;

    public string Option { get; } = option;

    public override string ToString() => Option;
}
