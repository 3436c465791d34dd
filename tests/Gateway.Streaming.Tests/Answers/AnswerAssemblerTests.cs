using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Answers;

public sealed class AnswerAssemblerTests
{
    private const string Finish = "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Done = "data: [DONE]\n\n";

    [Fact]
    public void Assemble_DynamoChunksWithNulls_UnaryAnswer()
    {
        string stream = ":\n\n" + "event: request_id\n: \"abc\"\n\n" + Keepalive("chatcmpl-keepalive-00")
            + Dynamo("{\"role\":\"assistant\",\"content\":\"\"}") + Keepalive("chatcmpl-keepalive-00") + Dynamo("{\"reasoning_content\":\"hm\"}")
            + Dynamo("{\"content\":\"Hel\"}") + Dynamo("{\"content\":\"lo\"}") + Dynamo("{\"content\":\" you\"}") + Dynamo("{}", "\"stop\"", ",\"nvext\":{\"timing\":1}")
            + "data: {\"id\":\"chatcmpl-7\",\"choices\":[],\"created\":5,\"model\":\"m\",\"object\":\"chat.completion.chunk\",\"usage\":{\"total_tokens\":1.0}}\n\n" + Done;

        Assert.Equal(
            JsonMeaning.Of("""{"id":"chatcmpl-7","object":"chat.completion","created":5,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello you","reasoning_content":"hm"},"finish_reason":"stop"}],"nvext":{"timing":1},"usage":{"total_tokens":1.0}}"""),
            JsonMeaning.Of(Convert.Assemble(Endpoint.ChatCompletions, stream)));
    }

    [Fact]
    public void Assemble_InterleavedChoices_EachItsOwn()
    {
        string stream = "";
        foreach (string piece in (string[])["a", "b", "c"])
            stream += string.Concat(new[] { 2, 0, 1 }.Select(index => Chunk(index, $$"""{"content":"{{piece}}{{index}}"}""")));
        stream += string.Concat(Enumerable.Range(0, 3).Select(index => Chunk(index, "{}", "\"length\""))) + Done;

        string answer = Convert.Assemble(Endpoint.ChatCompletions, stream)!;

        Assert.Contains("{\"index\":0,\"message\":{\"content\":\"a0b0c0\"", answer, StringComparison.Ordinal);
        Assert.Contains("{\"index\":2,\"message\":{\"content\":\"a2b2c2\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Assemble_SurrogatePairOverTwoChunks_OneCharacter()
    {
        string stream = Chunk(0, "{\"content\":\"a\\ud83d\"}") + Chunk(0, "{\"content\":\"\\ude00b\"}") + Finish + Done;

        Assert.Contains("content:\"a😀b\"", JsonMeaning.Of(Convert.Assemble(Endpoint.ChatCompletions, stream)), StringComparison.Ordinal);
    }

    [Fact]
    public void Assemble_ToolCallsInPieces_Calls()
    {
        string stream = Chunk(0, """{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"c0","type":"function","function":{"name":"f","arguments":""}}]}""")
            + Chunk(0, """{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}""") + Chunk(0, """{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}""")
            + Chunk(0, """{"tool_calls":[{"index":1,"id":"c1","type":"function","function":{"name":"g","arguments":"{}"}}]}""") + Finish + Done;

        Assert.Equal(
            JsonMeaning.Of("""{"role":"assistant","tool_calls":[{"id":"c0","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"c1","type":"function","function":{"name":"g","arguments":"{}"}}]}"""),
            JsonMeaning.Of(System.Text.Json.Nodes.JsonNode.Parse(Convert.Assemble(Endpoint.ChatCompletions, stream)!)!["choices"]![0]!["message"]));
    }

    [Fact]
    public void Assemble_OtherChunkBetweenTwins_LastValueStays()
    {
        string[] tiers = ["a", "b", "a"];
        string stream = string.Concat(tiers.Select(tier => Chunk(0, tier == "a" ? "{\"content\":\"x\"}" : "{}").Replace("{\"id\"", $"{{\"service_tier\":\"{tier}\",\"id\"", StringComparison.Ordinal))) + Finish + Done;

        string answer = Convert.Assemble(Endpoint.ChatCompletions, stream)!;

        Assert.Contains("\"service_tier\":\"a\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"xx\"", answer, StringComparison.Ordinal);
    }

    /// <summary>Servers begin, pause and end in many ways that say nothing.</summary>
    [Theory]
    [InlineData("""{"role":"assistant","content":""}""", "{}", "{}")]
    [InlineData("""{"role":"assistant","content":null}""", """{"content":""}""", """{"content":null}""")]
    [InlineData("""{"role":"assistant"}""", """{"content":"","role":"assistant"}""", """{"content":"","role":null}""")]
    [InlineData("""{"content":"","role":"assistant","refusal":null,"tool_calls":null,"reasoning_content":null}""", """{"tool_calls":null}""", """{"function_call":null}""")]
    [InlineData("{}", "{}", """{"role":"assistant"}""")]
    [InlineData("null", "null", "null")]
    public void Assemble_AnyFormOfRoleAndEmptyDelta_SameAnswer(string first, string between, string last)
    {
        string stream = "data: {\"id\":\"\",\"choices\":[],\"model\":\"\"}\n\n" + Chunk(0, first) + Chunk(0, "{\"content\":\"Hel\"}") + Chunk(0, between)
            + Chunk(0, "{\"content\":\"lo\",\"role\":\"assistant\"}") + Chunk(0, between) + Chunk(0, last, "\"stop\"") + Done;

        Assert.Equal(
            JsonMeaning.Of("""{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}"""),
            JsonMeaning.Of(System.Text.Json.Nodes.JsonNode.Parse(Convert.Assemble(Endpoint.ChatCompletions, stream)!)!["choices"]![0]));
    }

    /// <summary>OpenAI's padding against guesses by length is the stream's alone.</summary>
    [Fact]
    public void Assemble_PaddedChunks_AnswerWithoutPadding()
    {
        string stream = (Chunk(0, "{\"content\":\"x\"}") + Finish).Replace("{\"id\"", "{\"obfuscation\":\"abc\",\"id\"", StringComparison.Ordinal) + Done;

        Assert.DoesNotContain("obfuscation", Convert.Assemble(Endpoint.ChatCompletions, stream)!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Done)]
    [InlineData(Finish)]
    [InlineData(Finish + Done + Finish)]
    [InlineData("data: {\"error\":{\"message\":\"x\"}}\n\n" + Finish + Done)]
    [InlineData("event: error\n: x\n\n" + Finish + Done)]
    [InlineData("data: {\"choices\":[{\"index\":1,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n" + Done)]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"},\"finish_reason\":\"\"}]}\n\n" + Done)]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":[1]}}]}\n\n" + Finish + Done)]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"audio\":{\"data\":\"x\"}}}]}\n\n" + Finish + Done)]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"id\":\"a\"}]}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"id\":\"b\"}]}}]}\n\n" + Finish + Done)]
    [InlineData("data: {\"\\u0063hoices\":[]}\n\n" + Finish + Done)]
    [InlineData("data: {\"choices\":\n\n" + Finish + Done)]
    public void Assemble_IncompleteOrInexpressible_Refused(string stream) => Assert.Null(Convert.Assemble(Endpoint.ChatCompletions, stream));

    [Theory]
    [InlineData("event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":{\"output\":[]}}\n\n")]
    [InlineData("data: {\"type\":\"response.output_item.done\",\"item\":{}}\n\ndata: {\"type\":\"response.completed\",\"response\":{\"output\":[]}}\n\n")]
    [InlineData("data: {\"type\":\"response.created\",\"response\":{\"output\":[]}}\n\n")]
    public void Assemble_ResponseWithoutWholeEnd_Refused(string stream) => Assert.Null(Convert.Assemble(Endpoint.Responses, stream));

    [Theory]
    [InlineData(61, true)]
    [InlineData(62, false)]
    public void Assemble_NestedToTheLimit_Assembled(int levels, bool isAssembled)
    {
        // Around them: the chunk, nvext and the innermost number's array.
        string deep = "{\"a\":" + new string('[', levels + 1) + "1" + new string(']', levels + 1) + "}";
        string stream = $"data: {{\"nvext\":{deep},\"choices\":[]}}\n\n" + Finish + Done;

        Assert.Equal(isAssembled, Convert.Assemble(Endpoint.ChatCompletions, stream) is not null);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Assemble_AsManyValuesAsAllowed_Assembled(int over, bool isAssembled)
    {
        // Of the answer itself: root, choices, id, choice, message, finish_reason, role, content, object.
        int members = Gateway.Streaming.Answers.AnswerTree.MaxNodes - 9 + over;
        string stream = "data: {" + string.Concat(Enumerable.Range(0, members).Select(name => $"\"m{name}\":1,")) + "\"choices\":[]}\n\n" + Finish + Done;

        Assert.Equal(isAssembled, Convert.Assemble(Endpoint.ChatCompletions, stream) is not null);
    }

    [Fact]
    public void Assemble_RandomBytes_NeverThrows()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            Random random = new(seed);
            byte[] bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            foreach (Endpoint endpoint in Enum.GetValues<Endpoint>())
            {
                Assert.Null(Convert.Assemble(endpoint, bytes));
                Assert.Null(Convert.Stream(endpoint, bytes));
            }
        }
    }

    private static string Chunk(int index, string delta, string finish = "null") =>
        $$"""data: {"id":"chatcmpl-1","choices":[{"index":{{index}},"delta":{{delta}},"finish_reason":{{finish}}}]}""" + "\n\n";

    private static string Dynamo(string delta, string finish = "null", string extra = "") =>
        $$"""data: {"id":"chatcmpl-7","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}},"logprobs":null}],"created":5,"model":"m","service_tier":null,"system_fingerprint":null,"object":"chat.completion.chunk","usage":null{{extra}}}""" + "\n\n";

    private static string Keepalive(string id) =>
        $$"""data: {"id":"{{id}}","object":"chat.completion.chunk","created":1,"model":"other","choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]}""" + "\n\n";
}
