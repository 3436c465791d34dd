using System.Text;
using System.Text.Json;
using Gateway.Failures;
using Gateway.Streaming.Requests;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>
/// OpenAI's speech request as NVIDIA Riva's form (docs/operations.md, "Speech from Riva"): <c>input</c> → <c>text</c>, <c>voice</c> → <c>voice</c>,
/// <c>language</c> or the locale in the voice's name → <c>language</c>. Riva answers with WAV.
/// </summary>
internal sealed class RivaForm
{
    internal const string Path = "/v1/audio/synthesize";

    private const string DefaultLanguage = "en-US";

    private readonly string _boundary;

    /// <param name="random">For a boundary that no text contains by accident or on purpose.</param>
    internal RivaForm(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        _boundary = "gateway-" + Convert.ToHexStringLower(bytes);
    }

    internal string ContentType => "multipart/form-data; boundary=" + _boundary;

    /// <summary>Writes the whole form.</summary>
    /// <param name="body">The client's JSON.</param>
    /// <param name="fields">Where things are in it.</param>
    /// <param name="output">Takes the form.</param>
    /// <returns>Why Riva cannot be asked this; null: it can.</returns>
    internal Failure? Write(ReadOnlySpan<byte> body, RequestFields fields, PooledBuffer output)
    {
        if (Text(body, fields, "input"u8) is not { Length: > 0 } text)
            return new(FailureCode.InvalidField, "The field input must be a non-empty string.") { Param = "input" };
        if (Text(body, fields, "response_format"u8) is { } format and not "wav")
            return new(FailureCode.InvalidField, $"This model's audio comes as wav, not as {Shorten(format)}.") { Param = "response_format" };
        string? voice = Text(body, fields, "voice"u8);
        Field(output, "text", text);
        Field(output, "language", Text(body, fields, "language"u8) ?? LocaleOf(voice) ?? DefaultLanguage);
        if (!string.IsNullOrEmpty(voice))
            Field(output, "voice", voice);
        Append(output, $"--{_boundary}--\r\n");
        return null;
    }

    /// <summary>The part of a voice's name that is a locale: <c>Magpie-Multilingual.EN-US.Aria</c>, <c>en-US.Female-1</c>; null when there is none.</summary>
    internal static string? LocaleOf(string? voice)
    {
        foreach (string part in voice?.Split('.') ?? [])
        {
            int dash = part.IndexOf('-');
            if (dash is 2 or 3 && part.Length == dash + 3 && !part.AsSpan(0, dash).ContainsAnyExcept(Letters) && !part.AsSpan(dash + 1).ContainsAnyExcept(Letters))
                return string.Concat(part[..dash].ToLowerInvariant(), "-", part[(dash + 1)..].ToUpperInvariant());
        }

        return null;
    }

    private static System.Buffers.SearchValues<char> Letters { get; } = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private void Field(PooledBuffer output, string name, string value) =>
        Append(output, $"--{_boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");

    private static void Append(PooledBuffer output, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Encoding.UTF8.GetBytes(text, output.GetSpan(length));
        output.Advance(length);
    }

    /// <summary>Null when it is absent or no text.</summary>
    private static string? Text(ReadOnlySpan<byte> body, RequestFields fields, ReadOnlySpan<byte> name)
    {
        if (!fields.TryFind(body, name, out BodyMember member))
            return null;
        Utf8JsonReader reader = new(member.ValueIn(body));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Escapes that are no text.
            return null;
        }
    }

    private static string Shorten(string text) => text.Length <= 32 ? text : text[..32];
}
