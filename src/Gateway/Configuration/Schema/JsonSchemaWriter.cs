using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Configuration.Schema;

/// <summary>The configuration as a JSON Schema (draft 2020-12) for editors. Keys of later versions are left out, so editors mark them.</summary>
internal static class JsonSchemaWriter
{
    private const string VariablePattern = @"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}";

    public static void Write(Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        json.WriteString("title", "Gateway configuration");
        WriteShape(json, GatewaySchema.Root);
        WriteDefinitions(json);
        json.WriteEndObject();
    }

    private static void WriteNode(Utf8JsonWriter json, SchemaNode node)
    {
        json.WriteStartObject();
        if (node.Description.Length > 0)
            json.WriteString("description", node.Description);
        WriteShape(json, node);
        WriteDefault(json, node);
        json.WriteEndObject();
    }

    private static void WriteShape(Utf8JsonWriter json, SchemaNode node)
    {
        if (node.LongForm is { } form)
        {
            json.WriteStartArray("anyOf");
            WriteNode(json, node with { LongForm = null });
            WriteNode(json, form);
            json.WriteEndArray();
            return;
        }

        switch (node.Kind)
        {
            case SchemaKind.Section:
                WriteSection(json, node);
                break;
            case SchemaKind.Map:
                json.WriteString("type", "object");
                json.WritePropertyName("additionalProperties");
                WriteNode(json, node.Item!);
                break;
            case SchemaKind.List:
                WriteList(json, node);
                break;
            case SchemaKind.OneOrMany:
                json.WriteStartArray("anyOf");
                WriteNode(json, node.Item!);
                json.WriteStartObject();
                WriteList(json, node);
                json.WriteEndObject();
                json.WriteEndArray();
                break;
            default:
                WriteScalar(json, node);
                break;
        }
    }

    private static void WriteSection(Utf8JsonWriter json, SchemaNode node)
    {
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        foreach (SchemaNode child in node.Children)
        {
            json.WritePropertyName(child.Key);
            WriteNode(json, child);
        }

        json.WriteEndObject();
        json.WriteBoolean("additionalProperties", false);
        WriteNames(json, "required", node.Children.Where(child => child.IsRequired).Select(child => child.Key));
        SchemaNode[] exclusive = [.. node.Children.Where(child => string.CompareOrdinal(child.Key, child.InsteadOf) < 0)];
        if (exclusive.Length == 0)
            return;

        json.WriteStartArray("allOf");
        foreach (SchemaNode child in exclusive)
        {
            json.WriteStartObject();
            json.WriteStartObject("not");
            WriteNames(json, "required", [child.Key, child.InsteadOf!]);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteList(Utf8JsonWriter json, SchemaNode node)
    {
        json.WriteString("type", "array");
        if (node.Default != "[]")
            json.WriteNumber("minItems", 1);
        json.WritePropertyName("items");
        WriteNode(json, node.Item!);
    }

    private static void WriteScalar(Utf8JsonWriter json, SchemaNode node)
    {
        if (node.Kind is SchemaKind.Text or SchemaKind.Secret or SchemaKind.File)
        {
            json.WriteString("type", "string");
            return;
        }

        json.WriteStartArray("anyOf");
        json.WriteStartObject();
        switch (node.Kind)
        {
            case SchemaKind.Boolean:
                json.WriteString("type", "boolean");
                break;
            case SchemaKind.Integer:
                json.WriteString("type", "integer");
                json.WriteNumber("minimum", node.Minimum);
                json.WriteNumber("maximum", node.Maximum);
                break;
            case SchemaKind.Number:
                json.WriteString("type", "number");
                json.WriteNumber("exclusiveMinimum", 0);
                json.WriteNumber("maximum", node.Maximum);
                break;
            case SchemaKind.Choice:
                WriteNames(json, "enum", node.Allowed);
                break;
            default:
                json.WriteString("$ref", $"#/$defs/{DefinitionOf(node)}");
                break;
        }

        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("$ref", "#/$defs/variable");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static string DefinitionOf(SchemaNode node) => node.Kind switch
    {
        SchemaKind.Duration => node.CanBeOff ? "durationOrOff" : "duration",
        SchemaKind.HedgeDelay => "hedgeDelay",
        SchemaKind.Share => "share",
        SchemaKind.Size => "size",
        _ => "url",
    };

    private static void WriteDefinitions(Utf8JsonWriter json)
    {
        json.WriteStartObject("$defs");
        WritePattern(json, "variable", VariablePattern, "A value with ${NAME} or ${NAME:-default}.");
        WritePattern(json, "duration", @"^[0-9]+(\.[0-9]+)?(ms|s|m|h)$", "A number and a unit: 250ms, 8s, 2m, 1h.");
        WritePattern(json, "url", "^https?://[^?#@]+$", "http or https, without query or credentials.");
        WriteEither(json, "durationOrOff", @"^([0-9]+(\.[0-9]+)?(ms|s|m|h)|0|off)$", 0, 0);
        WriteEither(json, "hedgeDelay", @"^([0-9]+(\.[0-9]+)?(ms|s|m|h)|p[1-9][0-9]?(\.[0-9]+)?|0|off)$", 0, 0);
        WritePattern(json, "share", @"^(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?)%$", "A percentage: 5%, 0.5%.");
        WriteEither(json, "size", "^[0-9]+(B|KiB|MiB|GiB)?$", 1, long.MaxValue);
        json.WriteEndObject();
    }

    private static void WritePattern(Utf8JsonWriter json, string name, string pattern, string description)
    {
        json.WriteStartObject(name);
        json.WriteString("description", description);
        json.WriteString("type", "string");
        json.WriteString("pattern", pattern);
        json.WriteEndObject();
    }

    /// <summary>Text of a pattern, or a bare number.</summary>
    private static void WriteEither(Utf8JsonWriter json, string name, string pattern, long minimum, long maximum)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("type");
        json.WriteStringValue("string");
        json.WriteStringValue("integer");
        json.WriteEndArray();
        json.WriteString("pattern", pattern);
        json.WriteNumber("minimum", minimum);
        if (maximum < long.MaxValue)
            json.WriteNumber("maximum", maximum);
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string property, IEnumerable<string> names)
    {
        string[] all = [.. names];
        if (all.Length == 0)
            return;

        json.WriteStartArray(property);
        foreach (string name in all)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void WriteDefault(Utf8JsonWriter json, SchemaNode node)
    {
        if (node.Default is not { } value)
            return;

        json.WritePropertyName("default");
        if (node.Kind is SchemaKind.Boolean or SchemaKind.Integer or SchemaKind.Number or SchemaKind.List)
            json.WriteRawValue(value);
        else
            json.WriteStringValue(value);
    }
}
