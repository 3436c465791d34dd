using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.Bench.Requests;

/// <summary>Chat requests as clients send them: prose and code with escaped line feeds and quotes, spread over a conversation.</summary>
internal static class ChatBodies
{
    private const string Prose = "The quick brown fox jumps over the lazy dog; it does so in every line, and says \"so what\" each time.\nif (x > 1) {\n\treturn y;\n}\n";

    /// <param name="size">About its bytes.</param>
    internal static byte[] OfSize(int size)
    {
        const string Head = """{"model":"meta/llama-3.1-70b-instruct","stream":true,"max_completion_tokens":256,"temperature":0.7,"messages":[""";
        var json = new StringBuilder(Head);
        for (int turn = 0; json.Length < size - 2; turn++)
        {
            string role = turn % 2 == 0 ? "user" : "assistant";
            int room = Math.Clamp(size - json.Length - 40, 20, 4000);
            json.Append(turn == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{{\"role\":\"{role}\",\"content\":\"{Text(room)}\"}}");
        }
        return Encoding.UTF8.GetBytes(json.Append("]}").ToString());
    }

    private static string Text(int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append(Prose);
        return JsonEncodedText.Encode(text.ToString(0, length), System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
    }
}
