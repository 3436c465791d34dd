using System.Text.Json;

namespace Gateway.Simulator.Requests;

/// <summary>Typed reads that name the field when its type is wrong.</summary>
internal static class FieldValue
{
    public static string Text(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Wrong(ref reader, name, "a string");

    public static bool Flag(ref Utf8JsonReader reader, string name) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : throw Wrong(ref reader, name, "a boolean");

    public static int Count(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value) && value >= 0 ? value : throw Wrong(ref reader, name, "u32");

    public static double Number(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : throw Wrong(ref reader, name, "f32");

    public static FieldShapeException Wrong(ref Utf8JsonReader reader, string name, string expected) =>
        new($"{name}: invalid type, expected {expected}", reader.TokenStartIndex);
}
