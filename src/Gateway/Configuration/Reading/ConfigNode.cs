namespace Gateway.Configuration.Reading;

/// <summary>One immutable value of the document tree. Nodes may be shared (YAML aliases), so changes make copies. None of them prints its value.</summary>
internal abstract class ConfigNode(ConfigurationSource source)
{
    public ConfigurationSource Source { get; } = source;

    /// <summary>Whether the value counts as absent.</summary>
    public virtual bool IsNull => false;

    /// <summary>What the user wrote, in words, for "must be …, not …".</summary>
    public abstract string Shape { get; }
}
