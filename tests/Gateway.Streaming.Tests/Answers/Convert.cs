using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Streaming.Answers;

namespace Gateway.Streaming.Tests.Answers;

/// <summary>The two converters as functions of text; null where they refuse.</summary>
internal static class Convert
{
    internal static string? Assemble(Endpoint endpoint, string events) => Assemble(endpoint, Encoding.UTF8.GetBytes(events));

    internal static string? Assemble(Endpoint endpoint, ReadOnlySpan<byte> events)
    {
        ArrayBufferWriter<byte> output = new();
        bool isWhole = AnswerAssembler.TryAssemble(endpoint, events, output);
        Assert.True(isWhole || output.WrittenCount == 0);
        return isWhole ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    internal static string? Stream(Endpoint endpoint, string json, int maxStream = AnswerStreamer.MaxStream) =>
        Stream(endpoint, Encoding.UTF8.GetBytes(json), maxStream);

    internal static string? Stream(Endpoint endpoint, ReadOnlySpan<byte> json, int maxStream = AnswerStreamer.MaxStream)
    {
        ArrayBufferWriter<byte> output = new();
        bool isWhole = AnswerStreamer.TryStream(endpoint, json, output, maxStream);
        Assert.True(isWhole || output.WrittenCount == 0);
        return isWhole ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    /// <summary>Sorted, without nulls and white space, texts decoded, numbers as they are spelled: equal for two documents that mean the same.</summary>
    internal static string Meaning(string? json) => json is null ? "refused" : Meaning(JsonNode.Parse(json));

    internal static string Meaning(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject members => "{" + string.Join(",", members.Where(member => member.Value is not null).OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => member.Key + ":" + Meaning(member.Value))) + "}",
        JsonArray elements => "[" + string.Join(",", elements.Select(Meaning)) + "]",
        JsonValue value when value.TryGetValue(out string? text) => "\"" + text + "\"",
        _ => node.ToJsonString(),
    };
}
