using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Chat answers with log probabilities, and refusals, in both shapes as OpenAI spells them: the simulator has neither.</summary>
internal static class SaidAnswers
{
    public const string Logprobs = "said/logprobs";
    public const string Refusal = "said/refusal";

    private const string Envelope = "\"id\":\"chatcmpl-said\",\"created\":1793534400,\"service_tier\":\"default\",\"system_fingerprint\":\"fp_said\"";
    private const string Usage = "{\"prompt_tokens\":9,\"completion_tokens\":4,\"total_tokens\":13,\"prompt_tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}";

    private static readonly string[] Words = ["Sorry", ", that", " \\\"one\\\"", " caf\u00E9."];

    /// <summary>Answers a request for one of the two models as it wants it.</summary>
    public static Task SayAsync(UpstreamConnection connection, string request)
    {
        string model = request.Contains(Refusal, StringComparison.Ordinal) ? Refusal : Logprobs;
        return connection.WriteAsync(Answers.IsStream(request) ? Chat.StreamHead + Play.Chunk(Wire(StreamOf(model))) + Chat.End : Chat.Json(Wire(WholeOf(model))));
    }

    private static string StreamOf(string model)
    {
        bool isRefusal = model == Refusal;
        string role = isRefusal ? "\"role\":\"assistant\",\"content\":null,\"refusal\":\"\"" : "\"role\":\"assistant\",\"content\":\"\",\"refusal\":null";
        string texts = string.Concat(Words.Select(word => Chunk(model, Choice($"{(isRefusal ? "\"refusal\"" : "\"content\"")}:\"{word}\"", $"{{{Track(isRefusal)}:[{Token(word)}],{Track(!isRefusal)}:null}}"))));
        return Chunk(model, Choice(role)) + texts + Chunk(model, Choice("", finish: "\"stop\"")) + Chunk(model, "", Usage) + Chat.Done;
    }

    private static string WholeOf(string model)
    {
        bool isRefusal = model == Refusal;
        string text = $"\"{string.Concat(Words)}\"";
        string message = isRefusal ? $"\"content\":null,\"refusal\":{text}" : $"\"content\":{text},\"refusal\":null";
        string logprobs = $"{{{Track(isRefusal)}:[{string.Join(",", Words.Select(Token))}],{Track(!isRefusal)}:null}}";
        return $$"""{{{Envelope}},"object":"chat.completion","model":"{{model}}","choices":[{"index":0,"message":{"role":"assistant",{{message}}},"logprobs":{{logprobs}},"finish_reason":"stop"}],"usage":{{Usage}}}""";
    }

    private static string Track(bool isRefusal) => isRefusal ? "\"refusal\"" : "\"content\"";

    private static string Token(string word) => $$"""{"token":"{{word}}","logprob":-0.{{word.Length}},"bytes":[{{word.Length}}],"top_logprobs":[{"token":"{{word}}","logprob":-0.{{word.Length}},"bytes":null}]}""";

    private static string Choice(string delta, string logprobs = "null", string finish = "null") => $$"""{"index":0,"delta":{{{delta}}},"logprobs":{{logprobs}},"finish_reason":{{finish}}}""";

    /// <summary>The padding against guesses by length is part of the stream, not of the answer.</summary>
    private static string Chunk(string model, string choice, string usage = "null") =>
        $$"""data: {{{Envelope}},"object":"chat.completion.chunk","model":"{{model}}","choices":[{{choice}}],"usage":{{usage}},"obfuscation":"x{{choice.Length}}"}""" + "\n\n";

    /// <summary>The scripted upstream writes Latin-1: text beyond it as the bytes it is in UTF-8.</summary>
    private static string Wire(string text) => System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
