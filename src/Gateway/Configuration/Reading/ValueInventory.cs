using Gateway.Configuration.Schema;

namespace Gateway.Configuration.Reading;

/// <summary>Every value of a checked document with its origin, defaults included; secrets redacted.</summary>
internal static class ValueInventory
{
    public static IReadOnlyList<ConfigurationValue> Of(ConfigMapping document)
    {
        List<ConfigurationValue> values = [];
        AddSection(GatewaySchema.Root, document, "", values);
        return values;
    }

    private static void AddSection(SchemaNode node, ConfigMapping? section, string path, List<ConfigurationValue> values)
    {
        foreach (SchemaNode child in node.Children)
            Add(child, section?.Find(child.Key)?.Value, path.Length == 0 ? child.Key : $"{path}.{child.Key}", values);
    }

    private static void Add(SchemaNode node, ConfigNode? value, string path, List<ConfigurationValue> values)
    {
        if (node.Kind == SchemaKind.Section)
        {
            AddSection(node, value as ConfigMapping, path, values);
        }
        else if (node.Kind == SchemaKind.Map)
        {
            foreach (ConfigEntry entry in (value as ConfigMapping)?.Entries ?? [])
                Add(node.Item!, entry.Value, $"{path}.{entry.Key}", values);
        }
        else if (value is null or { IsNull: true })
        {
            values.Add(new ConfigurationValue(path, node.Default ?? "", ConfigurationSource.Default));
        }
        else
        {
            values.Add(new ConfigurationValue(path, node.Kind == SchemaKind.Secret ? "***" : TextOf(value), value.Source));
        }
    }

    private static string TextOf(ConfigNode value) => value switch
    {
        ConfigScalar scalar => scalar.Text,
        ConfigSequence list => string.Join(", ", list.Items.OfType<ConfigScalar>().Select(item => item.Text)),
        _ => "",
    };
}
