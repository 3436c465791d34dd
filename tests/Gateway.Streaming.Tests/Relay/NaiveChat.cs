using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Streaming.Relay;

namespace Gateway.Streaming.Tests.Relay;

/// <summary>What must come of a chat stream, computed from all of its bytes at once with strings and a JSON DOM.</summary>
internal sealed partial class NaiveChat(int choices, bool removeUsage)
{
    private readonly HashSet<int> _finished = [];
    private readonly StringBuilder _output = new();

    internal byte[] Output => Encoding.Latin1.GetBytes(_output.ToString());

    internal StreamSignal Signal { get; private set; }

    internal int Events { get; private set; }

    internal int Content { get; private set; }

    internal int Malformed { get; private set; }

    internal long? PromptTokens { get; private set; }

    internal bool IsComplete => _finished.Count >= choices;

    internal static NaiveChat Of(ReadOnlySpan<byte> stream, int choices, bool removeUsage)
    {
        NaiveChat naive = new(choices, removeUsage);
        string text = Encoding.Latin1.GetString(stream);
        int start = text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? 3 : 0;
        naive._output.Append(text.AsSpan(0, start));
        foreach (Match block in Block().Matches(text, start))
        {
            if (naive.Signal == StreamSignal.None && naive.Judge(block.Value))
                naive._output.Append(block.Value);
        }

        return naive;
    }

    /// <summary>Judges one block; true when the client gets it.</summary>
    private bool Judge(string block)
    {
        string name = "";
        List<string> lines = [];
        foreach (string line in LineEnd().Split(block))
        {
            name = Field(line, "event") ?? name;
            if (Field(line, "data") is { } value)
                lines.Add(value);
        }

        Events += lines.Count > 0 ? 1 : 0;
        if (name == "error")
            return Stop(StreamSignal.Error);
        if (lines.Count == 0 || name is not ("" or "message"))
            return true;
        string data = string.Join('\n', lines);
        if (data.Trim() == "[DONE]")
            return Stop(IsComplete ? StreamSignal.Done : StreamSignal.Incomplete);
        if (Parse(data) is { } chunk)
            return Judge(chunk);
        if (data.StartsWith("data:", StringComparison.Ordinal) && Parse(data[5..]) is { } inner && IsError(inner))
            return Stop(StreamSignal.Error);
        Malformed++;
        return false;
    }

    private bool Judge(JsonObject chunk)
    {
        if (IsError(chunk))
            return Stop(StreamSignal.Error);
        JsonArray list = chunk["choices"] as JsonArray ?? [];
        foreach (JsonObject choice in list.OfType<JsonObject>().Where(choice => IsFilled(choice["finish_reason"])))
            _finished.Add((int?)choice["index"] ?? list.IndexOf(choice));
        _finished.RemoveWhere(index => index < 0 || index >= choices);
        if (chunk["usage"] is JsonObject usage)
        {
            PromptTokens = (long?)usage["prompt_tokens"] ?? 0;
            if (removeUsage && chunk["choices"] is JsonArray { Count: 0 })
                return false;
        }

        Content += list.OfType<JsonObject>().Any(HasContent) ? 1 : 0;
        return true;
    }

    private bool Stop(StreamSignal signal)
    {
        Signal = signal;
        return signal == StreamSignal.Done;
    }

    private static bool HasContent(JsonObject choice) =>
        IsFilled(choice["text"]) || (choice["delta"] is JsonObject delta && delta.Any(field => field.Key != "role" && IsFilled(field.Value)));

    private static bool IsFilled(JsonNode? value) => value switch
    {
        JsonArray array => array.Count > 0,
        JsonObject fields => fields.Count > 0,
        JsonValue scalar => scalar.GetValueKind() switch { JsonValueKind.String => scalar.GetValue<JsonElement>().GetRawText() != "\"\"", JsonValueKind.False => false, _ => true },
        _ => false,
    };

    private static bool IsError(JsonObject chunk) => chunk["error"] is not null || (chunk["object"] is JsonValue kind && kind.ToString() == "error")
        || (chunk["choices"] is not JsonArray && chunk["usage"] is not JsonObject
            && (chunk["message"] ?? chunk["title"] ?? chunk["detail"]) is JsonValue && (chunk["code"] ?? chunk["type"] ?? chunk["status"]) is not null);

    private static JsonObject? Parse(string data)
    {
        try
        {
            return JsonNode.Parse(Encoding.Latin1.GetBytes(data)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Field(string line, string name) => line == name ? ""
        : line.StartsWith(name + ":", StringComparison.Ordinal) ? line[(name.Length + 1)..] is ['\u0020', .. string rest] ? rest : line[(name.Length + 1)..]
        : null;

    [GeneratedRegex(@"\G(?>[^\r\n]+(?>\r\n|\r|\n))*(?>\r\n|\r|\n)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Block();

    [GeneratedRegex(@"\r\n|\r|\n", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex LineEnd();
}
