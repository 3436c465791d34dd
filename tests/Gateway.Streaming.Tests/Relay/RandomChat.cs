using System.Text;

namespace Gateway.Streaming.Tests.Relay;

/// <summary>Random chat streams of everything upstreams send, said or meant: seeded, so a failure can be seen again.</summary>
internal sealed class RandomChat(Random random)
{
    private static readonly string[] Texts =
    [
        "a", "Hello", " ", "é", "😀", "\\n", "\\n\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "data: [DONE]", "\\\"usage\\\":{\\\"prompt_tokens\\\":1}", "\\/", "\\t",
        "\\\"finish_reason\\\":\\\"stop\\\"", "event: error", "\\\\\\\"error\\\":1",
    ];

    private static readonly string[] BrokenTexts = ["\\x", "\\u12", "\\uzzzz", "\u0001", "\t", "\"", "\\", "\"}", "\u001f"];

    private static readonly string[] Asides =
    [
        ":\n\n", ": keepalive\n\n", "event: request_id\n: \"7f\"\n\n", "event: tool_call_dispatch\ndata: {not json}\n\n", "id: 7\nretry: 10\n\n", "\n",
        "event: ping\ndata\n\n", "event: message\nid: 3\ndata: {\"choices\":[]}\n\n", "data: {\"choices\":\ndata: [{\"index\":0,\"delta\":{\"content\":\"two lines\"}}]}\n\n",
        "data: {\"choices\":[],\"usage\":null}\n\n", "data: {\"id\":\"x\",\"error\":null,\"choices\":[{\"delta\":null}]}\n\n", "data:{\"choices\":[{\"text\":\"t\",\"index\":0}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]},\"finish_reason\":\"\"}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\",\"refusal\":null,\"tool_calls\":[],\"audio\":{}}}]}\n\n",
    ];

    private static readonly string[] Malformed =
    [
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"con\n\n", "data\n\n", "data: \n\n", "data: null\n\n", "data: [1]\n\n", "data: {} x\n\n", "data: <html>\n\n", "data: [DONE] x\n\n",
        "data: data: {\"choices\":[]}\n\n",
    ];

    private static readonly string[] Errors =
    [
        "data: {\"error\":{\"message\":\"Internal server error\",\"type\":\"internal_server_error\",\"code\":500}}\n\n", "event: error\n: gone\n\n",
        "event: error\ndata: {}\n\n", "data: {\"object\":\"error\",\"message\":\"no\"}\n\n", "data: data: {\"status\":429,\"title\":\"Too Many Requests\"}\n\n",
        "data: {\"message\":\"Model not found\",\"type\":\"Not Found\",\"code\":404}\n\n", "data: {\"error\":\"text\"}\n\n",
    ];

    internal byte[] Next(int choices, bool failing, bool newlines = true)
    {
        StringBuilder stream = new(newlines && random.Next(5) == 0 ? "\uFEFF" : "");
        stream.Append(Chunk(0, "", "\"role\":\"assistant\",", "null"));
        for (int count = random.Next(3, 25); count > 0; count--)
            stream.Append(Event(choices));
        if (failing && random.Next(2) == 0)
            stream.Append(random.GetItems(Errors, 1)[0]);
        for (int choice = 0; choice < choices - (failing ? random.Next(2) : 0); choice++)
            stream.Append(Chunk(choice, "", "", "\"stop\""));
        if (random.Next(2) == 0)
            stream.Append("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":34}}\n\n");
        if (random.Next(4) > 0)
            stream.Append("data: [DONE]\n\n").Append(random.Next(4) == 0 ? "data: {\"late\":1}\n\n" : "");
        if (random.Next(4) == 0)
            stream.Append("data: {\"choices\":[{\"index\":0");
        return Encoding.UTF8.GetBytes(newlines ? WithLineEnds(stream.ToString()) : stream.ToString());
    }

    internal string Text()
    {
        StringBuilder text = new();
        for (int count = random.Next(1, 6); count > 0; count--)
            text.Append(random.GetItems(random.Next(30) == 0 ? BrokenTexts : Texts, 1)[0]);
        return text.ToString();
    }

    private string Event(int choices) => random.Next(20) switch
    {
        0 or 1 => random.GetItems(Asides, 1)[0],
        2 => random.GetItems(Malformed, 1)[0],
        3 => "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":" + random.Next(100) + "}}\n\n",
        4 => Chunk(random.Next(choices), Text(), "", "null", "{\"prompt_tokens\":" + random.Next(100) + "}"),
        5 => Chunk(0, new string('z', random.Next(3_000)), "", "null"),
        _ => Chunk(random.Next(choices), Text(), "", "null"),
    };

    /// <summary>As Dynamo writes it.</summary>
    private static string Chunk(int choice, string text, string role, string finish, string usage = "null") =>
        $"data: {{\"id\":\"chatcmpl-1\",\"choices\":[{{\"index\":{choice},\"delta\":{{{role}\"content\":\"{text}\"}},\"finish_reason\":{finish},\"logprobs\":null}}],"
        + $"\"created\":1,\"model\":\"m\",\"object\":\"chat.completion.chunk\",\"usage\":{usage}}}\n\n";

    private string WithLineEnds(string stream)
    {
        string[] kinds = random.Next(4) switch { 0 => ["\n"], 1 => ["\r\n"], 2 => ["\r"], _ => ["\n", "\r\n", "\r"] };
        return string.Concat(stream.Select(character => character == '\n' ? random.GetItems(kinds, 1)[0] : character.ToString()));
    }
}
