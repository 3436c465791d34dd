namespace Gateway.Configuration.Reading;

/// <summary>Values of variables and options as document nodes. They are taken literally: no substitution, no YAML.</summary>
internal static class OverrideValue
{
    /// <summary>An empty value means "not set".</summary>
    public static ConfigScalar Scalar(string value, ConfigurationSource source) => new(value, value, value.Length == 0, source);

    /// <summary>Comma-separated; blanks around items and empty items do not count.</summary>
    public static ConfigNode List(string value, ConfigurationSource source)
    {
        string[] items = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return items.Length == 0 ? Scalar("", source) : new ConfigSequence([.. items.Select(item => Scalar(item, source))], source);
    }
}
