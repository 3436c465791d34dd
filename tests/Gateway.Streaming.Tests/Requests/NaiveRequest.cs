using System.Text.Json;
using Gateway.Streaming.Requests;

namespace Gateway.Streaming.Tests.Requests;

/// <summary>The reference: a document tree, strings for names, and edits on a list of members.</summary>
internal sealed class NaiveRequest
{
    private static readonly Dictionary<Endpoint, string[]> ReadFields = new()
    {
        [Endpoint.ChatCompletions] = ["model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "user", "store", "prompt_cache_key"],
        [Endpoint.Completions] = ["model", "prompt", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "user"],
        [Endpoint.Embeddings] = ["model", "input", "user"],
        [Endpoint.Responses] = ["model", "input", "stream", "max_output_tokens", "user", "store", "prompt_cache_key"],
        [Endpoint.Messages] = ["model", "messages", "stream", "max_tokens"],
        [Endpoint.CountTokens] = ["model", "messages"],
        [Endpoint.Rerank] = ["model", "user"],
        [Endpoint.Classify] = ["model", "input", "user"],
        [Endpoint.Speech] = ["model", "user"],
        [Endpoint.Images] = ["model", "stream", "user"],
    };

    private readonly Endpoint _endpoint;
    private List<KeyValuePair<string, string>> _members;

    internal NaiveRequest(byte[] body, Endpoint endpoint)
    {
        _endpoint = endpoint;
        _members = Split(body);
    }

    internal IReadOnlyList<KeyValuePair<string, string>> Members => _members;

    internal static List<KeyValuePair<string, string>> Split(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body);
        return [.. document.RootElement.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value.GetRawText()))];
    }

    internal string? Get(string name) => Reads(name) && Find(name) is var at and >= 0 && _members[at].Value != "null" ? _members[at].Value : null;

    internal ScanErrorKind? Error()
    {
        HashSet<string> seen = [];
        foreach ((string name, string value) in _members)
        {
            if (!Reads(name))
                continue;
            if (!seen.Add(name))
                return ScanErrorKind.DuplicateField;
            if (value != "null" && !IsRight(name, JsonDocument.Parse(value).RootElement))
                return ScanErrorKind.InvalidField;
        }
        return Get("model") is null ? ScanErrorKind.MissingModel : null;
    }

    internal void SetModel(string model)
    {
        if (Find("model") is var at and >= 0)
        {
            if (JsonDocument.Parse(_members[at].Value).RootElement.GetString() != model)
                _members[at] = KeyValuePair.Create("model", JsonSerializer.Serialize(model));
        }
        else
        {
            _members.Add(KeyValuePair.Create("model", JsonSerializer.Serialize(model)));
        }
    }

    internal void InjectIncludeUsage()
    {
        if (Get("stream") != "true" && !WasStream || _endpoint > Endpoint.Completions)
            return;
        int at = Find("stream_options");
        if (at < 0 || _members[at].Value == "null")
        {
            Put(at, "stream_options", """{"include_usage":true}""");
            return;
        }
        List<string> options = [];
        bool isThere = false;
        foreach (JsonProperty option in JsonDocument.Parse(_members[at].Value).RootElement.EnumerateObject())
        {
            isThere |= option.Name == "include_usage";
            options.Add($"\"{option.Name}\":{(option.Name == "include_usage" ? "true" : option.Value.GetRawText())}");
        }
        if (!isThere)
            options.Insert(0, "\"include_usage\":true");
        Put(at, "stream_options", $"{{{string.Join(',', options)}}}");
    }

    /// <summary>Whether the client asked for a stream, whatever was dropped since.</summary>
    internal bool WasStream { get; init; }

    internal void RenameMaxTokens(string wanted, string unwanted)
    {
        int source = Find(unwanted), target = Find(wanted);
        if (source < 0 || _endpoint > Endpoint.Completions || (_endpoint == Endpoint.Completions && wanted != "max_tokens"))
            return;
        if (_members[source].Value == "null" || (target >= 0 && _members[target].Value != "null"))
        {
            _members.RemoveAt(source);
            return;
        }
        _members[source] = KeyValuePair.Create(wanted, _members[source].Value);
        if (target >= 0)
            _members.RemoveAt(target);
    }

    internal void Drop(string name) => _members = [.. _members.Where(member => member.Key != name)];

    private static bool IsRight(string name, JsonElement value) => name switch
    {
        "model" => value.ValueKind == JsonValueKind.String && value.GetString() != "",
        "stream" or "store" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "prompt" => value.ValueKind is JsonValueKind.String or JsonValueKind.Array,
        "n" => IsInteger(value, 1, int.MaxValue),
        "max_tokens" or "max_completion_tokens" or "max_output_tokens" => IsInteger(value, 0, 1L << 53),
        "stream_options" => value.ValueKind == JsonValueKind.Object && AreOptionsRight(value),
        _ => true,
    };

    private static bool AreOptionsRight(JsonElement options) =>
        options.EnumerateObject().Count(option => option.Name == "include_usage") < 2
        && options.EnumerateObject().All(option => option.Name != "include_usage" || option.Value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null);

    private static bool IsInteger(JsonElement value, double minimum, double maximum) =>
        value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number == Math.Truncate(number) && number >= minimum && number <= maximum;

    private bool Reads(string name) => ReadFields[_endpoint].Contains(name);

    private int Find(string name) => _members.FindIndex(member => member.Key == name);

    private void Put(int at, string name, string value)
    {
        if (at < 0)
            _members.Add(KeyValuePair.Create(name, value));
        else
            _members[at] = KeyValuePair.Create(name, value);
    }
}
