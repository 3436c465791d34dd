using System.Text.Json;
using Gateway.Failures;

namespace Gateway.Upstream.Adaptation;

/// <summary>
/// Which fields an upstream's 400 or 422 refuses as unknown to it. Strict: the words must say "unknown" in one of the known ways, and name a field that was
/// sent, as <c>param</c>, as validation's <c>loc</c>, or in the message.
/// </summary>
internal static class RefusalReader
{
    /// <summary>How pydantic's list looks when a server prints it into its message.</summary>
    private const string PrintedEntry = "'type': 'extra_forbidden', 'loc': (";

    private static readonly string[] Unknown =
    [
        "unknown", "unsupported", "not supported", "unrecognized", "unrecognised", "unexpected", "extra input", "extra field", "extra_forbidden",
        "not permitted", "not allowed", "not support",
    ];

    /// <summary>The field is known, its value is not to the upstream's liking.</summary>
    private static readonly string[] AboutValue = ["supported value", "unsupported_value", "unexpected value", "unknown value", "invalid value", "must be"];

    /// <param name="body">The error body, in any shape.</param>
    /// <param name="sent">Fields that were sent and can be left out.</param>
    internal static RefusedFields Read(ReadOnlySpan<byte> body, RefusedFields sent)
    {
        if (sent == RefusedFields.None)
            return RefusedFields.None;
        if (ReadLocations(body) is { } located)
            return located & sent;
        UpstreamError said = UpstreamErrorReader.Read(body);
        if (!SaysUnknown(said.Message ?? "") && !SaysUnknown(said.Code ?? ""))
            return RefusedFields.None;
        return said.Param is { } param ? TopLevel(param) & sent : Named(said.Message ?? "", sent);
    }

    private static bool SaysUnknown(string text) =>
        Array.Exists(Unknown, word => text.Contains(word, StringComparison.OrdinalIgnoreCase))
        && !Array.Exists(AboutValue, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static RefusedFields TopLevel(string path)
    {
        ReadOnlySpan<char> name = path.StartsWith("body.", StringComparison.Ordinal) ? path.AsSpan(5) : path;
        int end = name.IndexOfAny('.', '[');
        return RefusableFields.Find(end < 0 ? name : name[..end]);
    }

    /// <summary>Every entry of a validation list: <c>{"type":"extra_forbidden","loc":["body","stream_options"],"msg":…,"input":…}</c>; null when there is no such list.</summary>
    private static RefusedFields? ReadLocations(ReadOnlySpan<byte> body)
    {
        int start = body.IndexOfAny((byte)'{', (byte)'[');
        if (start < 0 || body.IndexOf("\"loc\""u8) < 0)
            return null;
        RefusedFields found = RefusedFields.None;
        try
        {
            Utf8JsonReader reader = new(body[start..]);
            RefusedFields located = RefusedFields.None;
            bool isUnknown = false;
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.EndObject)
                {
                    found |= isUnknown ? located : RefusedFields.None;
                    (located, isUnknown) = (RefusedFields.None, false);
                }
                else if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    ReadProperty(ref reader, ref located, ref isUnknown);
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Cut or no text: what was whole counts.
        }

        return found;
    }

    private static void ReadProperty(ref Utf8JsonReader reader, ref RefusedFields located, ref bool isUnknown)
    {
        bool isLocation = reader.ValueTextEquals("loc"u8);
        bool isReason = reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("msg"u8);
        bool isEcho = reader.ValueTextEquals("input"u8) || reader.ValueTextEquals("ctx"u8);
        reader.Read();
        if (isLocation && reader.TokenType == JsonTokenType.StartArray)
            located = ReadLocation(ref reader);
        else if (isReason && reader.TokenType == JsonTokenType.String)
            isUnknown |= SaysUnknown(reader.GetString()!);
        else if (isEcho)
            reader.Skip();
        else if (reader.TokenType is JsonTokenType.StartObject)
            (located, isUnknown) = (RefusedFields.None, false);
    }

    /// <summary>The first name after "body": what is inside a field goes with the field.</summary>
    private static RefusedFields ReadLocation(ref Utf8JsonReader reader)
    {
        RefusedFields? first = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (first is null && reader.TokenType == JsonTokenType.String && !reader.ValueTextEquals("body"u8))
                first = RefusableFields.Find(reader.GetString());
            else
                reader.Skip();
        }

        return first ?? RefusedFields.None;
    }

    private static RefusedFields Named(string message, RefusedFields sent)
    {
        if (message.Contains(PrintedEntry, StringComparison.Ordinal))
            return Printed(message) & sent;
        RefusedFields found = RefusedFields.None;
        int firstLimit = int.MaxValue;
        foreach (RefusableFields.RefusableField field in RefusableFields.All)
        {
            if (!sent.HasFlag(field.Flag) || IndexOf(message, field) is not (>= 0 and var index))
                continue;
            bool isLimit = field.Flag is RefusedFields.MaxTokens or RefusedFields.MaxCompletionTokens;
            // "'max_tokens' is not supported, use 'max_completion_tokens'": the one named first is refused.
            if (isLimit && index > firstLimit)
                continue;
            if (isLimit)
                (firstLimit, found) = (index, RefusableFields.WithoutOther(found, found));
            found |= field.Flag;
        }

        return found;
    }

    private static RefusedFields Printed(string message)
    {
        RefusedFields found = RefusedFields.None;
        for (int at = message.IndexOf(PrintedEntry, StringComparison.Ordinal); at >= 0; at = message.IndexOf(PrintedEntry, at, StringComparison.Ordinal))
        {
            at += PrintedEntry.Length;
            int end = message.IndexOf(')', at);
            foreach (string part in message[at..(end < 0 ? message.Length : end)].Split(", "))
            {
                string name = part.Trim('\'', ',', ' ');
                if (name == "body")
                    continue;
                found |= RefusableFields.Find(name);
                break;
            }
        }

        return found;
    }

    private static int IndexOf(string message, RefusableFields.RefusableField field)
    {
        string name = field.Name;
        for (int at = message.IndexOf(name, StringComparison.Ordinal); at >= 0; at = message.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            char before = at == 0 ? ' ' : message[at - 1];
            char after = at + name.Length == message.Length ? ' ' : message[at + name.Length];
            if (!IsNameCharacter(before) && !IsNameCharacter(after) && (!field.IsWord || IsSetOff(message, at, name.Length, before, after)))
                return at;
        }

        return -1;
    }

    /// <summary>In quotes, or an item of a list behind a colon: <c>Unsupported parameter(s): n, user</c>.</summary>
    private static bool IsSetOff(string message, int at, int length, char before, char after)
    {
        if (before is '\'' or '"' or '`')
            return after == before;
        bool begins = at >= 2 && before == ' ' && message[at - 2] is ':' or ',';
        return begins && (at + length == message.Length || after is ',' or '.');
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}
