using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Streaming.Tests.Resume;

/// <summary>What a client makes of a stream: everything it got, put together with a JSON DOM.</summary>
internal sealed class NaiveAssembly
{
    internal HashSet<string> Ids { get; } = [];

    /// <summary>By <c>choice/channel</c> or <c>choice/channel/call</c>.</summary>
    internal SortedDictionary<string, string> Texts { get; } = new(StringComparer.Ordinal);

    internal int Done { get; private set; }

    internal int UsageChunks { get; private set; }

    internal static NaiveAssembly Of(ReadOnlySpan<byte> stream)
    {
        NaiveAssembly assembly = new();
        foreach (string block in Encoding.UTF8.GetString(stream).Split("\n\n"))
        {
            string data = string.Join('\n', block.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..].TrimStart(' ')));
            if (data == "[DONE]")
                assembly.Done++;
            else if (data.Length > 0)
                assembly.Add(JsonNode.Parse(data)!.AsObject());
        }

        return assembly;
    }

    internal static NaiveAssembly Of(RandomAnswer answer)
    {
        NaiveAssembly assembly = new();
        for (int choice = 0; choice < answer.Choices.Count; choice++)
        {
            foreach (Token token in answer.Choices[choice].Tokens)
                assembly.Append($"{choice}/{token.Channel}" + (token.Channel is "name" or "arguments" ? $"/{token.Call}" : ""), token.Text);
            assembly.Append($"{choice}/finish", answer.Choices[choice].Finish);
        }

        return assembly;
    }

    internal string TextOf(string key) => Texts.GetValueOrDefault(key, "");

    private void Add(JsonObject chunk)
    {
        if ((string?)chunk["id"] is { } id)
            Ids.Add(id);
        JsonArray choices = chunk["choices"]!.AsArray();
        UsageChunks += choices.Count == 0 && chunk["usage"] is JsonObject ? 1 : 0;
        foreach (JsonNode? choice in choices)
        {
            int index = (int)choice!["index"]!;
            Append($"{index}/text", (string?)choice["text"]);
            Append($"{index}/finish", (string?)choice["finish_reason"]);
            foreach ((string name, JsonNode? value) in choice["delta"] as JsonObject ?? [])
            {
                if (name == "tool_calls")
                    AddCalls(index, value!.AsArray());
                else if (name != "role")
                    Append($"{index}/{name}", (string?)value);
            }
        }
    }

    private void AddCalls(int choice, JsonArray calls)
    {
        foreach (JsonNode? call in calls)
        {
            int index = (int)call!["index"]!;
            Append($"{choice}/id/{index}", (string?)call["id"]);
            Append($"{choice}/type/{index}", (string?)call["type"]);
            Append($"{choice}/name/{index}", (string?)call["function"]?["name"]);
            Append($"{choice}/arguments/{index}", (string?)call["function"]?["arguments"]);
        }
    }

    private void Append(string key, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            Texts[key] = Texts.GetValueOrDefault(key) + text;
    }
}
