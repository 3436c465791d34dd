using System.Text.Json;

namespace Gateway.Load.Requests;

/// <summary>
/// Prompts from a JSONL file, one object a line: <c>prompt</c>, <c>text</c>, <c>text_input</c> or <c>input</c> (a string), or <c>messages</c>; optional
/// <c>output_length</c>, <c>output_tokens</c>, <c>max_tokens</c>. The fields of the datasets that vLLM and AIPerf read.
/// </summary>
internal static class DatasetReader
{
    public const int MaxLines = 1_000_000;

    private static readonly string[] TextFields = ["prompt", "text", "text_input", "input"];
    private static readonly string[] LengthFields = ["output_length", "output_tokens", "max_tokens"];

    /// <param name="lines">Of the file.</param>
    /// <param name="api">Only chat knows messages.</param>
    /// <exception cref="FormatException">A line that is none of these, with its number.</exception>
    public static List<Dialogue> Read(IEnumerable<string> lines, LoadApi api)
    {
        List<Dialogue> dialogues = [];
        int number = 0;
        foreach (string line in lines.Take(MaxLines))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                dialogues.Add(ReadLine(line, number, api));
        }

        return dialogues.Count > 0 ? dialogues : throw new FormatException("it has no line with a prompt");
    }

    private static Dialogue ReadLine(string line, int number, LoadApi api)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FormatException("is no JSON object");
            return ReadObject(document.RootElement, api);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"line {number} {exception.Message}", exception);
        }
        catch (JsonException exception)
        {
            throw new FormatException($"line {number} is no JSON: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException($"line {number} has text that is no Unicode, such as half a surrogate pair", exception);
        }
    }

    /// <exception cref="InvalidOperationException">Text that is no Unicode.</exception>
    private static Dialogue ReadObject(JsonElement root, LoadApi api)
    {
        int? length = Array.ConvertAll(LengthFields, name => Length(root, name)).FirstOrDefault(found => found is not null);
        if (api == LoadApi.Chat && root.TryGetProperty("messages", out JsonElement messages) && messages.ValueKind == JsonValueKind.Array)
            return new Dialogue { DatasetMessages = Copy(messages), OutputTokens = length };
        foreach (string field in TextFields)
        {
            if (root.TryGetProperty(field, out JsonElement text) && text.ValueKind == JsonValueKind.String)
                return new Dialogue { Messages = [new ChatMessage("user", text.GetString()!)], OutputTokens = length };
        }

        throw new FormatException(api == LoadApi.Chat ? "has neither 'prompt' nor 'messages'" : "has no 'prompt'");
    }

    /// <summary>Written once to see that it can be: the reader of JSON takes escapes that the writer refuses.</summary>
    private static JsonElement Copy(JsonElement messages)
    {
        using Utf8JsonWriter trial = new(Stream.Null);
        messages.WriteTo(trial);
        return messages.Clone();
    }

    private static int? Length(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int tokens) && tokens > 0
            ? tokens
            : throw new FormatException($"has a '{name}' that is no whole number above zero");
    }
}
