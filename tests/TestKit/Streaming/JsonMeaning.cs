using System.Text.Json.Nodes;

namespace TestKit.Streaming;

/// <summary>What a JSON document says, whatever its spelling.</summary>
public static class JsonMeaning
{
    /// <summary>Sorted, without nulls and white space, texts decoded, numbers as they are spelled: equal for two documents that mean the same.</summary>
    public static string Of(string? json) => json is null ? "refused" : Of(JsonNode.Parse(json));

    public static string Of(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject members => "{" + string.Join(",", members.Where(member => member.Value is not null).OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => member.Key + ":" + Of(member.Value))) + "}",
        JsonArray elements => "[" + string.Join(",", elements.Select(Of)) + "]",
        JsonValue value when value.TryGetValue(out string? text) => "\"" + text + "\"",
        _ => node.ToJsonString(),
    };
}
