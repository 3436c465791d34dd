namespace Gateway.Configuration.Reading;

/// <summary>A single value.</summary>
internal sealed class ConfigScalar(string text, string raw, bool isNull, ConfigurationSource source) : ConfigNode(source)
{
    /// <summary>After substitution.</summary>
    public string Text { get; } = text;

    /// <summary>Before substitution: what messages may show, since <see cref="Text"/> may hold a secret by mistake.</summary>
    public string Raw { get; } = raw;

    public override bool IsNull { get; } = isNull;

    /// <summary>Set when substitution failed and was reported: later checks stay silent.</summary>
    public bool IsBroken { get; init; }

    public override string Shape => "a single value";
}
