using System.Text;
using System.Text.Json;

namespace Gateway.Simulator.Answers;

/// <summary>The tokens an answer is drawn from, each as text and as the bytes inside a JSON string.</summary>
internal sealed class Vocabulary
{
    /// <summary>Words, punctuation, line ends, accents, CJK, emoji of one and of several code points.</summary>
    public static readonly Vocabulary Plain = OfTexts(
    [
        " the", " gateway", " streams", " tokens", " from", " a", " replica", " to", " its", " client", " without", " waiting", " and", " keeps",
        " every", " byte", ",", ".", ";", " first", " content", " after", " prefill", " while", " another", " request", " hedges", " café",
        " naïve", " über", " größer", " año", " 東京", " 推論", " Привет", " γειά", " שלום", " नमस्ते", " 🚀", " 👩‍🚀", " 🇳🇴", " ✅", " €", " ½",
        ".\n\n", ":\n", " \"quoted\"", " C:\\path", " -", " 42", " 3.14", " (see", " below)", " is", " not", " simulated", "?", "!", " of", " in",
        " that", " with", " on", " it",
    ]);

    /// <summary>Text that a careless reader takes for framing or for fields of the chunk itself.</summary>
    public static readonly Vocabulary Tricky = OfTexts(
    [
        "\"usage\":", " data: [DONE]", "\"finish_reason\":\"stop\"", "\n\ndata: {\"error\":{}}\n\n", "}],\"usage\":null}", " \\\"usage\\\": {", "[DONE]",
        "\ndata:", ": comment\n\n", "event: error\n", "\"choices\":[]", "{\"usage\":{\"total_tokens\":1}}", "\\", "\"", "\\u0022", " text",
    ]);

    /// <summary>Spelled with escapes where none are needed, surrogate pairs and solidus included.</summary>
    public static readonly Vocabulary Escapes = OfJson(
    [
        "\\u0063af\\u00e9", " \\ud83d\\ude80", "\\n", "\\t", "\\r\\n", "\\\"", "\\\\", "\\/", "\\u0022usage\\u0022:", "\\b\\f", "\\u2028", "\\u0000",
        " \\u6771\\u4eac", " plain", "\\u005c\\u0075", " é",
    ]);

    /// <summary>Pieces of arguments; together they are one JSON object.</summary>
    public static readonly Vocabulary Arguments = OfTexts(["{\"location\":", "\"東京", " 🗼\"", ",\"unit\":", "\"celsius\"", ",\"days\":", "3", "}"]);

    private readonly byte[][] _json;
    private readonly string[] _text;

    private Vocabulary(byte[][] json, string[] text) => (_json, _text) = (json, text);

    public int Count => _json.Length;

    /// <summary>One token of exactly <paramref name="kibibytes"/> KiB.</summary>
    public static Vocabulary Big(int kibibytes) => OfTexts([new string('x', kibibytes * 1024)]);

    public ReadOnlySpan<byte> Json(int token) => _json[token];

    public string Text(int token) => _text[token];

    private static Vocabulary OfTexts(string[] texts) => new([.. texts.Select(JsonText.Escape)], texts);

    private static Vocabulary OfJson(string[] json) =>
        new([.. json.Select(Encoding.UTF8.GetBytes)], [.. json.Select(static token => JsonDocument.Parse($"\"{token}\"").RootElement.GetString()!)]);
}
