namespace Gateway.Configuration.Reading;

/// <summary>A key and its value.</summary>
internal sealed class ConfigEntry(string key, ConfigurationSource keySource, ConfigNode value)
{
    public string Key { get; } = key;

    public ConfigurationSource KeySource { get; } = keySource;

    public ConfigNode Value { get; } = value;
}
