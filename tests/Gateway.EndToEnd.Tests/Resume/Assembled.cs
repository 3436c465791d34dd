using System.Text.Json;

namespace Gateway.EndToEnd.Tests.Resume;

/// <summary>What a client makes of a chat stream: the text of every channel of every choice, and how often the rest came.</summary>
internal sealed record Assembled(string Text, string Finishes, int Ids, int Dones, int Usages, string? ErrorCode)
{
    internal static Assembled Of(string stream)
    {
        SortedDictionary<string, string> channels = new(StringComparer.Ordinal);
        HashSet<string> ids = [];
        List<string> finishes = [];
        int dones = 0, usages = 0;
        string? error = null;
        foreach (string block in stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (!block.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            if (block == "data: [DONE]")
            {
                dones++;
                continue;
            }

            JsonElement chunk = JsonDocument.Parse(block[6..]).RootElement;
            if (chunk.TryGetProperty("error", out JsonElement said))
            {
                error = said.GetProperty("code").GetString();
                continue;
            }

            string id = chunk.GetProperty("id").GetString()!;
            if (id.StartsWith("chatcmpl-keepalive", StringComparison.Ordinal))
                continue;
            ids.Add(id);
            if (chunk.TryGetProperty("usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.Object)
                usages++;
            foreach (JsonElement choice in chunk.GetProperty("choices").EnumerateArray())
                Take(choice, channels, finishes);
        }

        return new(string.Join('\n', channels.Select(channel => $"{channel.Key}={channel.Value}")), string.Join(',', finishes.Order(StringComparer.Ordinal)), ids.Count, dones, usages, error);
    }

    private static void Take(JsonElement choice, SortedDictionary<string, string> channels, List<string> finishes)
    {
        int index = choice.GetProperty("index").GetInt32();
        if (choice.TryGetProperty("finish_reason", out JsonElement reason) && reason.ValueKind == JsonValueKind.String)
            finishes.Add($"{index}:{reason.GetString()}");
        JsonElement delta = choice.GetProperty("delta");
        foreach (string name in (string[])["content", "reasoning_content", "refusal"])
        {
            if (delta.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String)
                Append(channels, $"{index}.{name}", text.GetString()!);
        }

        if (!delta.TryGetProperty("tool_calls", out JsonElement calls) || calls.ValueKind != JsonValueKind.Array)
            return;
        foreach (JsonElement call in calls.EnumerateArray())
        {
            string key = $"{index}.call{call.GetProperty("index").GetInt32()}";
            if (call.TryGetProperty("function", out JsonElement function))
            {
                foreach (string name in (string[])["name", "arguments"])
                {
                    if (function.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String)
                        Append(channels, $"{key}.{name}", text.GetString()!);
                }
            }
        }
    }

    private static void Append(SortedDictionary<string, string> channels, string key, string text) =>
        channels[key] = channels.GetValueOrDefault(key, "") + text;
}
