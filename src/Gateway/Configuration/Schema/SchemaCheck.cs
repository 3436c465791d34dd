using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Schema;

/// <summary>Checks a document against the schema: known keys, shapes, formats. What depends on more than one value is the mappers' business.</summary>
internal sealed class SchemaCheck(LoadContext context)
{
    public void Check(ConfigMapping root) => CheckSection(GatewaySchema.Root, root, root.Source, "");

    private void CheckValue(SchemaNode node, ConfigNode value, ConfigurationSource keySource, string path)
    {
        if (value.IsNull)
            return;

        switch (node.Kind, value)
        {
            case (SchemaKind.Section, ConfigMapping section):
                CheckSection(node, section, keySource, path);
                break;
            case (_, ConfigMapping section) when node.LongForm is { } form:
                CheckSection(form, section, keySource, path);
                break;
            case (SchemaKind.Map, ConfigMapping map):
                foreach (ConfigEntry entry in map.Entries)
                    CheckValue(node.Item!, entry.Value, entry.KeySource, $"{path}.{Quoted.Key(entry.Key)}");
                break;
            case (SchemaKind.List or SchemaKind.OneOrMany, ConfigSequence { Items.Count: 0 }) when node.Default != "[]":
                context.Report(value.Source, path, "is an empty list", "name at least one, or remove the key");
                break;
            case (SchemaKind.List or SchemaKind.OneOrMany, ConfigSequence list):
                for (int i = 0; i < list.Items.Count; i++)
                    CheckItem(node.Item!, list.Items[i], $"{path}[{i}]");
                break;
            case (SchemaKind.OneOrMany, ConfigScalar one):
                CheckScalar(node.Item!, one, path);
                break;
            case (_, ConfigScalar scalar) when !node.IsContainer && !node.IsList:
                CheckScalar(node, scalar, path);
                break;
            case (_, ConfigScalar { IsBroken: true }):
                break;
            default:
                context.Report(value.Source, path, $"must be {ShapeOf(node)}, not {value.Shape}", FixOf(node, path));
                break;
        }
    }

    private void CheckItem(SchemaNode item, ConfigNode value, string path)
    {
        if (value.IsNull)
            context.Report(value.Source, path, "is empty", "give it a value or remove the item");
        else
            CheckValue(item, value, value.Source, path);
    }

    private void CheckScalar(SchemaNode node, ConfigScalar scalar, string path)
    {
        // Secrets have a format of their own (SecretText), which may be empty.
        if (!scalar.IsBroken && node.Kind != SchemaKind.Secret && ScalarFormat.Check(node, scalar) is var (problem, fix))
            context.Report(scalar.Source, path, problem, fix);
    }

    private void CheckSection(SchemaNode node, ConfigMapping section, ConfigurationSource keySource, string path)
    {
        foreach (ConfigEntry entry in section.Entries)
        {
            string childPath = path.Length == 0 ? Quoted.Key(entry.Key) : $"{path}.{Quoted.Key(entry.Key)}";
            if (node.Find(entry.Key) is { } child)
                CheckValue(child, entry.Value, entry.KeySource, childPath);
            else if (node.Later.Contains(entry.Key))
                context.Report(entry.KeySource, childPath, "not in this version", "remove it");
            else if (entry.Key.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && node.Find(entry.Key[..colon]) is { } meant)
                // What comes behind the colon may be a secret, and is not printed.
                context.Report(entry.KeySource, path.Length == 0 ? meant.Key : $"{path}.{meant.Key}", "has no blank behind its colon", $"write `{meant.Key}: …`");
            else
                context.Report(entry.KeySource, childPath, "unknown key", FixOfUnknown(node, entry.Key));
        }

        foreach (SchemaNode child in node.Children)
        {
            if (child.IsRequired && section.Find(child.Key)?.Value.IsNull != false)
                context.Report(section.Find(child.Key)?.KeySource ?? keySource, $"{path}.{child.Key}", "is missing", $"add `{child.Key}: {Example(child)}`");

            if (child.InsteadOf is { } other && string.CompareOrdinal(child.Key, other) > 0)
                CheckExclusive(section.Find(other), section.Find(child.Key), path);
        }
    }

    private void CheckExclusive(ConfigEntry? first, ConfigEntry? second, string path)
    {
        if (first?.Value.IsNull == false && second?.Value.IsNull == false)
            context.Report(second.KeySource, $"{path}.{second.Key}", $"given together with `{first.Key}`", "keep one of the two");
    }

    private static string FixOfUnknown(SchemaNode node, string key)
    {
        if (Suggestion.Nearest(key, node.Children.Select(child => child.Key)) is { } near)
            return $"did you mean `{near}`?";

        if (Suggestion.Nearest(key, node.Later) is { } later)
            return $"did you mean `{later}`? It is not in this version: remove it";

        return PathOf(key, GatewaySchema.Root, "") is { } elsewhere
            ? $"did you mean `{elsewhere}`?"
            : $"known here: {string.Join(", ", node.Children.Select(child => child.Key))}";
    }

    /// <summary>Where in the schema a key of that name lives, when it was only put in the wrong place.</summary>
    private static string? PathOf(string key, SchemaNode node, string path)
    {
        foreach (SchemaNode child in node.Children)
        {
            string childPath = path.Length == 0 ? child.Key : $"{path}.{child.Key}";
            if (child.Key == key)
                return childPath;

            SchemaNode inner = child.Kind == SchemaKind.Map ? child.Item! : child;
            if (PathOf(key, inner, child.Kind == SchemaKind.Map ? $"{childPath}.NAME" : childPath) is { } found)
                return found;
        }

        return null;
    }

    private static string ShapeOf(SchemaNode node) => node.Kind switch
    {
        SchemaKind.Section or SchemaKind.Map => "a section",
        SchemaKind.List => "a list",
        SchemaKind.OneOrMany => "one value or a list",
        _ => "a single value",
    };

    private static string FixOf(SchemaNode node, string path)
    {
        string key = path[(path.LastIndexOf('.') + 1)..];
        return node.Kind switch
        {
            SchemaKind.Section => $"put its keys below `{key}:`, indented: {string.Join(", ", node.Children.Select(child => child.Key))}",
            SchemaKind.Map => $"put `NAME:` entries below `{key}:`, indented",
            SchemaKind.List => $"write `{key}: [{Example(node.Item!)}]`",
            _ => $"write `{key}: {Example(node)}`",
        };
    }

    private static string Example(SchemaNode node) => node.Kind switch
    {
        _ when node.Default is { } byDefault => byDefault,
        SchemaKind.Choice => node.Allowed[0],
        SchemaKind.Url => "http://HOST:PORT",
        SchemaKind.File => "FILE",
        SchemaKind.Secret => "${NAME}",
        SchemaKind.Section => $"{{{node.Children[0].Key}: VALUE, …}}",
        _ => "VALUE",
    };
}
