using System.Text;

namespace Gateway.Bench.Streaming;

/// <summary>Chat chunks as Dynamo writes them, about 230 bytes each.</summary>
internal static class DynamoChunks
{
    private static readonly string[] Words = ["Hello", " world", ",", " this", " is", " a", " \\\"quoted\\\"", " answer", ".\\n", " é"];

    internal static byte[] Stream(int chunks) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, chunks).Select(number => Event(Words[number % Words.Length]))));

    internal static string Event(string text) => $"data: {Data(text)}\n\n";

    internal static string Data(string text, string id = "chatcmpl-0b5c1c66-7c6a-4a0e-9a55-1d1f4f3a2b10") =>
        $"{{\"id\":\"{id}\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null,\"logprobs\":null}}],"
        + "\"created\":1700000000,\"model\":\"meta/llama-3.1-8b-instruct\",\"object\":\"chat.completion.chunk\",\"usage\":null}";
}
