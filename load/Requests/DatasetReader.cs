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

    /// <exception cref="FormatException">A line that is none of these, with its number.</exception>
    public static List<Dialogue> Read(IEnumerable<string> lines)
    {
        List<Dialogue> dialogues = [];
        int number = 0;
        foreach (string line in lines.Take(MaxLines))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                dialogues.Add(ReadLine(line, number));
        }

        return dialogues.Count > 0 ? dialogues : throw new FormatException("it has no line with a prompt");
    }

    private static Dialogue ReadLine(string line, int number)
    {
        JsonElement root;
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            root = document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new FormatException($"line {number} is no JSON: {exception.Message}", exception);
        }

        if (root.ValueKind != JsonValueKind.Object)
            throw new FormatException($"line {number} is no JSON object");
        int? length = Array.ConvertAll(LengthFields, name => root.TryGetProperty(name, out JsonElement value) && value.TryGetInt32(out int tokens) ? tokens : 0)
            .FirstOrDefault(tokens => tokens > 0) is > 0 and var found ? found : null;
        if (root.TryGetProperty("messages", out JsonElement messages) && messages.ValueKind == JsonValueKind.Array)
            return new Dialogue { RawMessages = messages, OutputTokens = length };
        foreach (string field in TextFields)
        {
            if (root.TryGetProperty(field, out JsonElement text) && text.ValueKind == JsonValueKind.String)
                return new Dialogue { Messages = [new ChatMessage("user", text.GetString()!)], OutputTokens = length };
        }

        throw new FormatException($"line {number} has neither 'prompt' nor 'messages'");
    }
}
