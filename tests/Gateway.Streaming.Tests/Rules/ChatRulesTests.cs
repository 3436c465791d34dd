using System.Text;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Usage;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Rules;

public sealed class ChatRulesTests
{
    private const string Finish = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"Hi","role":"assistant"},"finish_reason":null,"logprobs":null}],"usage":null}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"","role":"assistant"},"finish_reason":null}]}""", EventVerdict.Pass)]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant"}}]}""", EventVerdict.Pass)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":null,"reasoning_content":"hm"}}]}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"index":0,"delta":{"reasoning":"hm"}}]}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"index":0,"delta":{"refusal":"no"}}]}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a"}]}}]}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"index":0,"delta":{"tool_calls":[],"content":"","refusal":null}}]}""", EventVerdict.Pass)]
    [InlineData("""{"choices":[{"index":0,"delta":{"function_call":{"name":"f"}}}]}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"index":0,"text":"Hi","finish_reason":null}]}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"index":0,"text":"","finish_reason":null}]}""", EventVerdict.Pass)]
    [InlineData("""{"choices":[{"index":0,"delta":null}]}""", EventVerdict.Pass)]
    [InlineData("""{"choices":null,"nvext":{"worker_id":1}}""", EventVerdict.Pass)]
    [InlineData("""{"choices":[],"usage":null}""", EventVerdict.Pass)]
    [InlineData("""{"choices":[],"prompt_filter_results":[{}]}""", EventVerdict.Pass)]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":1}}""", EventVerdict.Drop)]
    [InlineData("""{"usage":{"prompt_tokens":1}}""", EventVerdict.Pass)]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":1}}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}],"error":null}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}],"message":"m","code":1}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"delta":{"content":"\"usage\":{\"prompt_tokens\":1}, data: [DONE], \"error\":1"}}]}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}],"metadata":{"error":{"message":"m"},"usage":{"prompt_tokens":1}}}""", EventVerdict.Content)]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}""", EventVerdict.Malformed)]
    [InlineData("""{"choices":[{"delta":{"content":"\x"}}]}""", EventVerdict.Malformed)]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}]} trailing""", EventVerdict.Malformed)]
    [InlineData("<html>", EventVerdict.Malformed)]
    [InlineData("""{"choices":[{"delta":{"content":"x","deep":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}]}""", EventVerdict.Content)]
    [InlineData("[]", EventVerdict.Malformed)]
    [InlineData("null", EventVerdict.Malformed)]
    [InlineData("", EventVerdict.Malformed)]
    [InlineData("[DONE]", EventVerdict.Done)]
    [InlineData(" [DONE] ", EventVerdict.Done)]
    [InlineData("[DONE] and more", EventVerdict.Malformed)]
    public void Inspect_Data_IsJudged(string data, EventVerdict expected) => Assert.Equal(expected, Inspect.Data(Rules(), data));

    [Theory]
    [InlineData("event: tool_call_dispatch\ndata: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n", EventVerdict.Pass)]
    [InlineData("event: reasoning_dispatch\ndata: no json\n\n", EventVerdict.Pass)]
    [InlineData("event: request_id\n: \"7f\"\n\n", EventVerdict.Pass)]
    [InlineData("event: message\ndata: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n", EventVerdict.Content)]
    [InlineData(": comment\n\n", EventVerdict.Pass)]
    [InlineData("\n", EventVerdict.Pass)]
    [InlineData("data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"x\"}}]}\n\n", EventVerdict.Content)]
    [InlineData("data: {\"choices\":\ndata: oops\n\n", EventVerdict.Malformed)]
    public void Inspect_Block_IsJudged(string block, EventVerdict expected)
    {
        CountingPool pool = new();
        ChatRules rules = new(1, removeUsageChunk: true) { Pool = pool };

        Assert.Equal(expected, Inspect.Block(rules, block));
        rules.Release();
        Assert.Equal(0, pool.Outstanding);
    }

    // upstreams.md: Dynamo new and old, NIM's shapes, with and without a wrapper, and prefixed "data: ".
    [Theory]
    [InlineData("data: {\"error\":{\"message\":\"Internal server error\",\"type\":\"internal_server_error\",\"code\":500}}\n\n", "{\"error\":{")]
    [InlineData("event: error\n: worker lost\n\n", "worker lost")]
    [InlineData("event: error\ndata: {\"x\":1}\n\n", "{\"x\":1}")]
    [InlineData("event: error\ndata: two\ndata: lines\n\n", "two\nlines")]
    [InlineData("data: {\"error\":\"text\"}\n\n", "{\"error\":\"text\"}")]
    [InlineData("data: {\"object\":\"error\",\"message\":\"m\"}\n\n", "{\"object\"")]
    [InlineData("data: {\"object\":\"error\",\"error\":null}\n\n", "{\"object\"")]
    [InlineData("data: {\"message\":\"Model not found\",\"type\":\"Not Found\",\"code\":404}\n\n", "{\"message\"")]
    [InlineData("data: {\"status\":429,\"title\":\"Too Many Requests\"}\n\n", "{\"status\"")]
    [InlineData("data: {\"title\":\"Bad\",\"status\":400,\"detail\":\"d\",\"requestId\":\"r\"}\n\n", "{\"title\"")]
    [InlineData("data: data: {\"title\":\"Bad\",\"status\":400}\n\n", " {\"title\"")]
    [InlineData("data: {\"choices\":[],\"error\":{\"message\":\"m\"}}\n\n", "{\"choices\"")]
    public void Inspect_Error_IsRecognisedAndKept(string block, string payload)
    {
        ChatRules rules = Rules();

        Assert.Equal(EventVerdict.Error, Inspect.Block(rules, block));
        Assert.StartsWith(payload, Encoding.UTF8.GetString(rules.ErrorPayload!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8 * 1024 - 1)]
    [InlineData(8 * 1024)]
    [InlineData(8 * 1024 + 1)]
    public void Inspect_LongError_KeepsAtMost8KiB(int length)
    {
        ChatRules rules = Rules();
        Inspect.Block(rules, $"event: error\ndata: {new string('x', length)}\n\n");

        Assert.Equal(Math.Min(length, 8 * 1024), rules.ErrorPayload!.Length);
    }

    /// <summary>What one reader has learnt spares the other a parse and changes no verdict.</summary>
    [Fact]
    public void Inspect_SharedTemplate_SaysTheSameAsAlone()
    {
        Random random = new(1);
        SharedTemplate shared = new();
        ChatRules[] readers = [new(1, true) { Shared = shared }, new(1, true) { Shared = shared }];
        for (int i = 0; i < 2000; i++)
        {
            string text = random.Next(8) == 0 ? "\"" : new string('x', random.Next(3));
            string rest = random.Next(20) == 0 ? ",\"usage\":{\"prompt_tokens\":1}" : random.Next(20) == 0 ? ",\"error\":{}" : "";
            string chunk = $$$"""{"id":"{{{random.Next(3)}}}","choices":[{"delta":{"{{{(random.Next(2) == 0 ? "content" : "role")}}}":"{{{text}}}"}}]{{{rest}}}}""";
            Assert.Equal(Inspect.Data(Rules(), chunk), Inspect.Data(readers[random.Next(2)], chunk));
        }
    }

    [Theory]
    [InlineData("""{"choices":[{"delta":{"role":"assistant","content":""}}]}""", true)]
    [InlineData("""{"choices":[{"delta":{"content":"a"}}]}""", false)]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"stop"}]}""", false)]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":1}}""", false)]
    [InlineData("""{"error":{"message":"broken"}}""", false)]
    [InlineData("no json", false)]
    public void Inspect_OneOfManyReaders_SharesOnlyWhatMeansNothingToAny(string chunk, bool expected)
    {
        SharedTemplate shared = new();
        Inspect.Data(new ChatRules(1, removeUsageChunk: false) { Shared = shared }, chunk);

        Assert.Equal(expected, shared.IsPlain(Encoding.UTF8.GetBytes(chunk)));
    }

    [Fact]
    public void IsComplete_EveryChoiceFinished_IsTrue()
    {
        ChatRules rules = new(3, removeUsageChunk: false);
        string[] chunks =
        [
            """{"choices":[{"index":2,"finish_reason":"stop"}]}""", """{"choices":[{"index":2,"finish_reason":"length"}]}""",
            """{"choices":[{"index":7,"finish_reason":"stop"}]}""", """{"choices":[{"index":1,"finish_reason":""},{"index":0,"finish_reason":null}]}""",
            """{"choices":[{"index":0,"finish_reason":"tool_calls"}""",
        ];
        foreach (string chunk in chunks)
            Inspect.Data(rules, chunk);
        Assert.False(rules.IsComplete);

        Inspect.Data(rules, """{"choices":[{"finish_reason":"stop"},{"finish_reason":"content_filter"}]}""");
        Assert.True(rules.IsComplete);
    }

    [Fact]
    public void IsComplete_ErrorWithAFinishReason_IsFalse()
    {
        ChatRules rules = Rules();
        Inspect.Data(rules, """{"error":{},"choices":[{"index":0,"finish_reason":"error"}]}""");

        Assert.False(rules.IsComplete);
    }

    [Fact]
    public void Usage_ReportedOnEveryChunk_IsTheLast()
    {
        ChatRules rules = Rules();
        Assert.Null(rules.Usage);
        for (int tokens = 1; tokens <= 3; tokens++)
            Inspect.Data(rules, $$$"""{"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":5,"completion_tokens":{{{tokens}}}}}""");
        Inspect.Data(rules, Finish);

        Assert.Equal(new TokenUsage(5, 3, 0, 0), rules.Usage);
    }

    [Fact]
    public void Inspect_UsageChunkTheClientAskedFor_Passes() =>
        Assert.Equal(EventVerdict.Pass, Inspect.Data(new ChatRules(1, removeUsageChunk: false), """{"choices":[],"usage":{}}"""));

    private static ChatRules Rules() => new(1, removeUsageChunk: true);
}
