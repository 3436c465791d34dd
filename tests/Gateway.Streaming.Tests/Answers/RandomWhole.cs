using System.Text;

namespace Gateway.Streaming.Tests.Answers;

/// <summary>Seeded whole answers of every endpoint, with all that an answer may have.</summary>
internal sealed class RandomWhole(Random random)
{
    private static readonly string[] Words = ["Paris", " is", " the", "\\n", "\\\"quoted\\\"", " größe", "日本語", "😀", "\\ud83d\\ude00", "\\u00e9", "\\\\", "\\/", "{\\\"a\\\":1}", "-keepalive-", "data: [DONE]", "\\u0000"];
    private static readonly string[] Numbers = ["0", "-0.10", "1e-7", "-3.4028234663852886e+38", "12345678901234567890", "1.0"];

    internal string Of(Endpoint endpoint) => endpoint switch
    {
        Endpoint.Messages => Message(),
        Endpoint.Responses => Response(),
        _ => Chat(endpoint == Endpoint.Completions),
    };

    internal string Text(int longest)
    {
        StringBuilder text = new();
        for (int words = random.Next(longest); words > 0; words--)
            text.Append(Words[random.Next(Words.Length)]);
        return text.ToString();
    }

    private string Chat(bool isCompletion)
    {
        string choices = List(1 + (Chance(3) ? random.Next(4) : 0), index => $$"""
            {"index":{{index}},{{(isCompletion ? $"\"text\":\"{Text(60)}\"" : $"\"message\":{ChatMessage()}")}},"logprobs":{{Logprobs(isCompletion)}},"finish_reason":"{{Pick("stop", "length", "tool_calls")}}"{{Maybe("\"stop_reason\":128009")}}}
            """);
        return $$"""
            {"id":"{{(isCompletion ? "cmpl" : "chatcmpl")}}-{{random.Next()}}","object":"{{(isCompletion ? "text_completion" : "chat.completion")}}","created":{{random.Next(1, 2_000_000_000)}},"model":"meta/llama \"3\"",
            "choices":{{choices}}{{Maybe("\"service_tier\":null")}}{{Maybe("\"system_fingerprint\":\"fp_1\"")}}{{Maybe("\"nvext\":{\"worker_id\":{\"prefill_worker_id\":1},\n\"timing\":[1,2]}")}}{{Maybe(Usage())}}}
            """;
    }

    private static string Usage() => "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":7,\"total_tokens\":19,\"prompt_tokens_details\":{\"cached_tokens\":0}}";

    private string ChatMessage()
    {
        bool hasCalls = Chance(3);
        string content = hasCalls && Chance(2) ? "null" : $"\"{Text(80)}\"";
        return $$"""
            {"role":"assistant","content":{{content}}{{Maybe($"\"refusal\":{Pick("null", $"\"{Text(20)}\"")}")}}{{Maybe($"\"{Pick("reasoning", "reasoning_content")}\":\"{Text(40)}\"")}}{{(hasCalls ? ",\"tool_calls\":" + List(random.Next(1, 4), Call) : "")}}{{Maybe($"\"function_call\":{{\"name\":\"f\",\"arguments\":\"{Text(20)}\"}}")}}{{Maybe("\"annotations\":[{\"type\":\"url_citation\"},{\"type\":\"other\"}]")}}{{Maybe("\"extra\":\"kept\"")}}}
            """;
    }

    private string Call(int index) => Chance(5)
        ? $$$"""{"id":"call_{{{index}}}","type":"custom","custom":{"name":"run","input":"{{{Text(20)}}}"}}"""
        : $$$"""{"id":"call_{{{index}}}","type":"function","function":{"name":"get_\u0077eather","arguments":"{{{Text(40)}}}"}}""";

    private string Logprobs(bool isCompletion)
    {
        if (Chance(2))
            return "null";
        int count = random.Next(30);
        return isCompletion
            ? $$"""{"tokens":{{List(count, _ => $"\"{Text(2)}\"")}},"token_logprobs":{{List(count, _ => Pick([.. Numbers, "null"]))}},"top_logprobs":null,"text_offset":{{List(count, index => $"{index}")}}}"""
            : $$"""{"content":{{(Chance(5) ? "null" : List(count, Token))}},"refusal":{{(Chance(2) ? "null" : List(random.Next(3), Token))}}}""";
    }

    private string Token(int index) => $$"""{"token":"{{Text(2)}}","logprob":{{Pick(Numbers)}},"bytes":[{{index}}, 2 ],"top_logprobs":[]}""";

    private string Message() => $$"""
        {"id":"msg_{{random.Next()}}","type":"message","role":"assistant","model":"claude","content":{{List(random.Next(5), Block)}},"stop_reason":"{{Pick("end_turn", "max_tokens", "tool_use")}}","stop_sequence":{{Pick("null", "\"###\"")}}{{Maybe("\"container\":{\"id\":\"c\"}")}},
        "usage":{"input_tokens":12,"output_tokens":{{random.Next(1, 100)}},"cache_read_input_tokens":null,"server_tool_use":{"web_search_requests":1} } }
        """;

    private string Block(int index) => random.Next(5) switch
    {
        0 => $$"""{"type":"thinking","thinking":"{{Text(40)}}","signature":"{{Pick("", "c2ln==")}}"}""",
        1 => $$"""{"type":"tool_use","id":"toolu_{{index}}","name":"f","input":{{Pick("{}", ToolInput())}} }""",
        2 => """{"type":"redacted_thinking","data":"abc"}""",
        3 => $$"""{"type":"text","text":"{{Text(60)}}","citations":{{Pick("null", "[]", "[{\"cited_text\":\"x\"},{\"cited_text\":\"y\"}]")}}}""",
        _ => $$"""{"type":"text","text":"{{Text(60)}}"}""",
    };

    private string ToolInput() => $"{{\"a\" : \"{Text(30)}\",\n\t\"b\":[1.50,null,true]}}";

    private string ReasoningContent() => $"\"content\":[{{\"type\":\"reasoning_text\",\"text\":\"{Text(30)}\"}}]";

    private string Summary(int index) => $"{{\"type\":\"summary_text\",\"text\":\"{index}{Text(30)}\"}}";

    private string Response()
    {
        bool isWhole = Chance(2);
        return $$"""
            {"id":"resp_{{random.Next()}}","object":"response","created_at":1.5e9,"status":"{{(isWhole ? "completed" : "incomplete")}}","error":null,"incomplete_details":{{(isWhole ? "null" : "{\"reason\":\"max_output_tokens\"}")}},
            "model":"m","output":{{List(random.Next(4), Item)}},"tools":[],"usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7} }
            """;
    }

    private string Item(int index) => random.Next(4) switch
    {
        0 => $$"""{"id":"rs_{{index}}","type":"reasoning","summary":{{List(random.Next(3), Summary)}},"encrypted_content":"e"{{Maybe(ReasoningContent())}} }""",
        1 => $$"""{"id":"fc_{{index}}","type":"function_call","call_id":"c","name":"f","arguments":"{{Text(30)}}","status":"completed"}""",
        2 => """{"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search","query":"q"}}""",
        _ => $$"""{"id":"msg_{{index}}","type":"message","role":"assistant","status":"completed","content":{{List(random.Next(3), Part)}}}""",
    };

    private string Part(int index) => Chance(3)
        ? $$"""{"type":"refusal","refusal":"{{Text(30)}}"}"""
        : $$"""{"type":"output_text","text":"x{{Text(60)}}","annotations":{{Pick("[]", "[{\"type\":\"url_citation\",\"url\":\"u\"}]")}},"logprobs":{{List(random.Next(20), Token)}}}""";

    private static string List(int count, Func<int, string> element) => "[" + string.Join(",", Enumerable.Range(0, count).Select(element)) + "]";

    private string Maybe(string member) => Chance(2) ? "," + member : "";

    private string Pick(params string[] values) => values[random.Next(values.Length)];

    private bool Chance(int one) => random.Next(one) == 0;
}
