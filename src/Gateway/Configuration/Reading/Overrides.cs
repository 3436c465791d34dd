using System.Text;
using Gateway.Configuration.Schema;

namespace Gateway.Configuration.Reading;

/// <summary>Lays variables (<c>GATEWAY__SERVER__LISTEN</c>) and options (<c>--set server.listen=…</c>) over the document.</summary>
internal sealed class Overrides(LoadContext context)
{
    private const string Prefix = "GATEWAY__";

    public ConfigMapping Apply(ConfigMapping root, IReadOnlyList<ConfigurationOverride> options)
    {
        // Sorted by name, since the order of an environment is an accident: new providers keep one order.
        IEnumerable<KeyValuePair<string, string>> variables = context.Variables
            .Where(variable => variable.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .OrderBy(variable => variable.Key, StringComparer.Ordinal);
        foreach ((string name, string value) in variables)
        {
            string[] segments = name[Prefix.Length..].Split("__");
            root = Apply(root, segments, value, new ConfigurationSource(ConfigurationSourceKind.Environment, name));
        }

        foreach (ConfigurationOverride option in options)
            root = Apply(root, option.Path.Split('.'), option.Value, new ConfigurationSource(ConfigurationSourceKind.CommandLine, option.Option));

        return root;
    }

    private ConfigMapping Apply(ConfigMapping root, string[] segments, string value, ConfigurationSource source)
    {
        if (segments.All(segment => segment.Length > 0))
            return Set(root, GatewaySchema.Root, segments, "", value, source);

        context.Report(source, "", "names no setting", "write the path of a key, as in GATEWAY__SERVER__LISTEN or --set server.listen=…");
        return root;
    }

    private ConfigMapping Set(ConfigMapping mapping, SchemaNode? schema, string[] segments, string path, string value, ConfigurationSource source)
    {
        bool isVariable = source.Kind == ConfigurationSourceKind.Environment;

        // Names such as model ids may hold the separator themselves: below a map of plain values the rest is one name.
        if (schema is { Kind: SchemaKind.Map, Item.IsContainer: false })
            segments = [string.Join(isVariable ? "__" : ".", segments)];

        string key = isVariable ? KeyOfVariable(segments[0], mapping, schema) : segments[0];
        string keyPath = path.Length == 0 ? Quoted.Key(key) : $"{path}.{Quoted.Key(key)}";
        SchemaNode? child = schema?.Kind == SchemaKind.Map ? schema.Item : schema?.Find(key);
        ConfigEntry? existing = mapping.Find(key);
        if (segments.Length == 1)
            return SetValue(mapping, child, key, keyPath, value, source);

        if (child is { IsContainer: false })
        {
            context.Report(source, keyPath, "has no keys below it", $"set {keyPath} itself");
            return mapping;
        }

        // A list or a value where a section belongs is reported when the document is checked.
        if (existing is { Value: { IsNull: false } and not ConfigMapping })
            return mapping;

        ConfigMapping inner = existing?.Value as ConfigMapping ?? new ConfigMapping([], source);
        return mapping.With(new ConfigEntry(key, existing?.KeySource ?? source, Set(inner, child, segments[1..], keyPath, value, source)));
    }

    private ConfigMapping SetValue(ConfigMapping mapping, SchemaNode? schema, string key, string path, string value, ConfigurationSource source)
    {
        if (schema is { IsContainer: true })
        {
            context.Report(source, path, "is a section, not a value", "set one of the keys inside it");
            return mapping;
        }

        if (value.Length > 0 && schema?.InsteadOf is { } alternative && mapping.Find(alternative)?.Value.Source.Kind < source.Kind)
            mapping = mapping.Without(alternative);

        return mapping.With(new ConfigEntry(key, source, schema is { IsList: true } ? OverrideValue.List(value, source) : OverrideValue.Scalar(value, source)));
    }

    /// <summary><c>API_KEY</c> → the key it stands for: an existing or a known one that differs only in case and punctuation, else <c>api-key</c>.</summary>
    private static string KeyOfVariable(string segment, ConfigMapping mapping, SchemaNode? schema)
    {
        string normal = Normalise(segment);
        IEnumerable<string> known = mapping.Entries.Select(entry => entry.Key).Concat(schema?.Children.Select(child => child.Key) ?? []).Concat(schema?.Later ?? []);
        return known.FirstOrDefault(key => Normalise(key) == normal) ?? segment.ToLowerInvariant().Replace('_', '-');
    }

    private static string Normalise(string key)
    {
        var result = new StringBuilder(key.Length);
        foreach (char c in key)
            result.Append(char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_');

        return result.ToString();
    }
}
