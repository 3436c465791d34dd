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
        else if (node.Item is { Kind: SchemaKind.Section } item && value is ConfigSequence list)
        {
            for (int i = 0; i < list.Items.Count; i++)
                Add(item, list.Items[i], $"{path}[{i}]", values);
        }
        else if (value is null or { IsNull: true })
        {
            values.Add(new ConfigurationValue(path, node.Default ?? "", ConfigurationSource.Default));
        }
        else
        {
            values.Add(new ConfigurationValue(path, node.Kind == SchemaKind.Secret ? "***" : TextOf(value, node.Item?.LongForm), value.Source));
        }
    }

    /// <param name="value">Of a key that holds no section.</param>
    /// <param name="form">How its items may be written out; only those are shown, since they hold no secrets.</param>
    private static string TextOf(ConfigNode value, SchemaNode? form) => value switch
    {
        ConfigScalar scalar => scalar.Text,
        ConfigSequence list => string.Join(", ", list.Items.Select(item => TextOf(item, form))),
        ConfigMapping section when form is not null => $"{{{string.Join(", ", section.Entries.Select(entry => $"{entry.Key}: {TextOf(entry.Value, null)}"))}}}",
        _ => "",
    };
}
