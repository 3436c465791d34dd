using System.Text.Json;

namespace Gateway.Failures;

/// <summary>Walks an error body once, at most <see cref="MaxDepth"/> containers deep; for <see cref="UpstreamErrorReader"/>, which bounds and cleans what is found.</summary>
internal ref struct UpstreamErrorJson(ReadOnlySpan<byte> body)
{
    private const int MaxDepth = 4;

    private readonly ReadOnlySpan<byte> _body = body;
    private Utf8JsonReader _reader = new(body, isFinalBlock: false, default);

    /// <summary>The body ended inside the value of a property that could have been the message.</summary>
    private bool _cutInMessage;

    /// <summary>Which of several texts is the message: the lowest wins.</summary>
    private enum Rank
    {
        Message,
        Detail,
        Title,
        Error,
        None,
    }

    private struct Found()
    {
        public string? Message;
        public Rank Rank = Rank.None;
        public string? Code;
        public string? Param;
    }

    internal UpstreamError Read()
    {
        var found = new Found();
        try
        {
            if (_reader.Read())
                ReadValue(Rank.Error, ref found, 0);
            if (found.Message is null && _cutInMessage)
                found.Message = CutText(_body[(int)_reader.BytesConsumed..]);
        }
        catch (JsonException)
        {
            // Broken JSON: what was read up to here stands.
        }

        return new(found.Message, found.Code, found.Param);
    }

    /// <summary>The reader stands on a value; afterwards on its last token. False when the body ends before that.</summary>
    private bool ReadValue(Rank rank, ref Found found, int depth)
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.String:
                Offer(TextOf(ref _reader), rank, ref found);
                return true;
            case JsonTokenType.StartObject when depth < MaxDepth:
                return ReadNested(rank, ref found, depth + 1);
            case JsonTokenType.StartArray when depth < MaxDepth:
                return ReadFirst(rank, ref found, depth + 1);
            default:
                return _reader.TrySkip();
        }
    }

    private bool ReadNested(Rank rank, ref Found found, int depth)
    {
        var nested = new Found();
        try
        {
            return ReadObject(ref nested, depth);
        }
        finally
        {
            // Also when the rest turns out to be no JSON.
            Offer(nested.Message, rank, ref found);
            found.Code ??= nested.Code;
            found.Param ??= nested.Param;
        }
    }

    /// <summary>Of a list only the first entry is told.</summary>
    private bool ReadFirst(Rank rank, ref Found found, int depth)
    {
        var first = true;
        while (_reader.Read())
        {
            if (_reader.TokenType == JsonTokenType.EndArray)
                return true;
            if (!(first ? ReadValue(rank, ref found, depth) : _reader.TrySkip()))
                return false;
            first = false;
        }

        return false;
    }

    private bool ReadObject(ref Found found, int depth)
    {
        while (_reader.Read())
        {
            if (_reader.TokenType == JsonTokenType.EndObject)
                return true;
            if (!ReadProperty(ref found, depth))
                return false;
        }

        return false;
    }

    private bool ReadProperty(ref Found found, int depth)
    {
        var rank = RankOf(ref _reader);
        var isCode = _reader.ValueTextEquals("code"u8);
        var isParam = _reader.ValueTextEquals("param"u8);
        var isLocation = _reader.ValueTextEquals("loc"u8);
        if (!_reader.Read())
        {
            _cutInMessage = rank != Rank.None;
            return false;
        }

        if (isCode && _reader.TokenType == JsonTokenType.String)
            found.Code ??= TextOf(ref _reader);
        else if (isParam && _reader.TokenType == JsonTokenType.String)
            found.Param ??= TextOf(ref _reader);
        else if (isLocation && _reader.TokenType == JsonTokenType.StartArray)
            return ReadLocation(ref found);
        else
            return rank == Rank.None ? _reader.TrySkip() : ReadValue(rank, ref found, depth);
        return true;
    }

    /// <summary><c>["body","stream_options",0,"include_usage"]</c>: the field at fault comes last; positions in lists are numbers.</summary>
    private bool ReadLocation(ref Found found)
    {
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType == JsonTokenType.String)
                found.Param = TextOf(ref _reader);
            else if (!_reader.TrySkip())
                return false;
        }

        return _reader.TokenType == JsonTokenType.EndArray;
    }

    private static Rank RankOf(ref Utf8JsonReader name)
    {
        if (name.ValueTextEquals("message"u8) || name.ValueTextEquals("msg"u8))
            return Rank.Message;
        if (name.ValueTextEquals("detail"u8))
            return Rank.Detail;
        if (name.ValueTextEquals("title"u8))
            return Rank.Title;
        return name.ValueTextEquals("error"u8) ? Rank.Error : Rank.None;
    }

    private static void Offer(string? message, Rank rank, ref Found found)
    {
        if (string.IsNullOrWhiteSpace(message) || rank >= found.Rank)
            return;
        (found.Message, found.Rank) = (message, rank);
    }

    /// <summary>The string that the body ends in, as far as it goes: the cut may have split a character (4 bytes) or an escape (12, a surrogate pair).</summary>
    private static string? CutText(ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t\r\n:"u8);
        if (rest.IsEmpty || rest[0] != '"')
            return null;
        var kept = rest[..Math.Min(rest.Length, UpstreamErrorReader.MaxMessage)];
        Span<byte> closed = stackalloc byte[UpstreamErrorReader.MaxMessage + 1];
        for (var end = kept.Length; end > Math.Max(0, kept.Length - 12); end--)
        {
            kept[..end].CopyTo(closed);
            closed[end] = (byte)'"';
            var reader = new Utf8JsonReader(closed[..(end + 1)]);
            try
            {
                if (reader.Read() && TextOf(ref reader) is { } text)
                    return text;
            }
            catch (JsonException)
            {
                // Split in an escape: try one byte less.
            }
        }

        return null;
    }

    /// <summary>Null when its escapes or bytes are no text.</summary>
    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
