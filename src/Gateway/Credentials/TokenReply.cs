using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Gateway.Credentials;

/// <summary>A token service's answer, read leniently: numbers may be strings, unknown members do not matter.</summary>
internal readonly record struct TokenReply
{
    /// <summary>RFC 6749 §5.1 only recommends <c>expires_in</c>; most services mean about that.</summary>
    internal static readonly TimeSpan UsualLifetime = TimeSpan.FromMinutes(15);

    /// <summary>Longer ones are refreshed after this all the same.</summary>
    internal static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);

    /// <summary>Characters; a longer token fits into no request head.</summary>
    internal const int MaxToken = 16 << 10;

    private const int MaxErrorCode = 64;

    // RFC 6750 §2.1, and what services put into theirs beyond it: visible ASCII.
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    /// <summary>Null: there is none.</summary>
    internal string? Token { get; private init; }

    internal TimeSpan Lifetime { get; private init; }

    /// <summary>Why there is no token, fit for a log: a status or the service's own short code, nothing else of its answer.</summary>
    internal string? Problem { get; private init; }

    /// <param name="status">0: there was no whole answer.</param>
    /// <param name="body">Whatever came.</param>
    internal static TokenReply Read(int status, ReadOnlySpan<byte> body)
    {
        if (status == 0)
            return Failed("no answer");
        Members members = default;
        bool isJson = TryRead(body, ref members);
        if (status != 200)
            return Failed(members.Error is { } code ? $"status {status}, {code}" : $"status {status}");
        if (!isJson)
            return Failed("its answer is no JSON object");
        if (members.Token is not { Length: > 0 and <= MaxToken } token || token.AsSpan().ContainsAnyExcept(TokenCharacters))
            return Failed("its answer has no usable access_token");
        if (members.Type is { } type && !type.Equals("bearer", StringComparison.OrdinalIgnoreCase))
            return Failed("its token is no bearer token");
        TimeSpan lifetime = members.Seconds is not { } seconds ? UsualLifetime
            : seconds >= LongestLifetime.TotalSeconds ? LongestLifetime
            : TimeSpan.FromSeconds(seconds);
        return lifetime <= TimeSpan.Zero ? Failed("its token has expired already") : new() { Token = token, Lifetime = lifetime };
    }

    private static TokenReply Failed(string problem) => new() { Problem = problem };

    private static bool TryRead(ReadOnlySpan<byte> body, ref Members members)
    {
        try
        {
            Utf8JsonReader reader = new(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadMember(ref reader, ref members);
            return !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void ReadMember(ref Utf8JsonReader reader, ref Members members)
    {
        bool isToken = reader.ValueTextEquals("access_token"u8);
        bool isType = reader.ValueTextEquals("token_type"u8);
        bool isExpiry = reader.ValueTextEquals("expires_in"u8);
        bool isError = reader.ValueTextEquals("error"u8);
        reader.Read();
        string? text = reader.TokenType == JsonTokenType.String && (isToken || isType || isExpiry || isError) ? reader.GetString() : null;
        if (isToken)
            members.Token = text;
        else if (isType)
            members.Type = text;
        else if (isExpiry)
            members.Seconds = SecondsOf(ref reader, text);
        else if (isError && text is { Length: > 0 and <= MaxErrorCode } && !text.AsSpan().ContainsAnyExcept(CodeCharacters))
            members.Error = text;
        reader.Skip();
    }

    private static double? SecondsOf(ref Utf8JsonReader reader, string? text)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double number))
            return number;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double written) && !double.IsNaN(written) ? written : null;
    }

    private struct Members
    {
        public string? Token;
        public string? Type;
        public double? Seconds;
        public string? Error;
    }
}
