using System.Text.Json;
using Gateway.Load.Requests;

namespace Gateway.Load.Run;

/// <summary>
/// A fixed schedule, JSONL in the form that Mooncake published and AIPerf reads: <c>{"timestamp": 27482, "input_length": 6955, "output_length": 52}</c>, the
/// timestamp in milliseconds; lengths are optional.
/// </summary>
internal static class TraceReader
{
    public const int MaxLines = 1_000_000;

    /// <exception cref="FormatException">A line that is no entry, with its number.</exception>
    public static List<TraceEntry> Read(IEnumerable<string> lines)
    {
        List<TraceEntry> entries = [];
        int number = 0;
        foreach (string line in lines.Take(MaxLines))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                entries.Add(ReadLine(line, number));
        }

        if (entries.Count == 0)
            throw new FormatException("it has no line");
        entries.Sort(static (a, b) => a.At.CompareTo(b.At));
        double first = entries[0].At;
        return entries.ConvertAll(entry => entry with { At = entry.At - first });
    }

    private static TraceEntry ReadLine(string line, int number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            double at = root.GetProperty("timestamp").GetDouble() / 1000;
            return new TraceEntry(at, Length(root, "input_length"), Length(root, "output_length"));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"line {number} is no object with a 'timestamp' in milliseconds and whole lengths", exception);
        }
    }

    private static int? Length(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? Math.Clamp(value.GetInt32(), 1, LengthDistribution.Longest) : null;
}
