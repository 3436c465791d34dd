namespace Gateway.Configuration.Reading;

/// <summary>A list.</summary>
internal sealed class ConfigSequence(IReadOnlyList<ConfigNode> items, ConfigurationSource source) : ConfigNode(source)
{
    public IReadOnlyList<ConfigNode> Items { get; } = items;

    public override string Shape => "a list";
}
