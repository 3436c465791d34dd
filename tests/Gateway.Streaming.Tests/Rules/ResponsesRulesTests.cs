using Gateway.Streaming.Rules;
using Gateway.Streaming.Usage;

namespace Gateway.Streaming.Tests.Rules;

public sealed class ResponsesRulesTests
{
    [Theory]
    [InlineData("event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"Hi\",\"sequence_number\":4}\n\n", EventVerdict.Content)]
    [InlineData("data: {\"type\":\"response.function_call_arguments.delta\",\"delta\":\"{\"}\n\n", EventVerdict.Content)]
    [InlineData("event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"usage\":null,\"error\":null}}\n\n", EventVerdict.Pass)]
    [InlineData("event: response.output_text.done\ndata: {\"type\":\"response.output_text.done\",\"text\":\"response.output_text.delta\"}\n\n", EventVerdict.Pass)]
    [InlineData("event: response.output_text.delta\ndata: {\"type\n\n", EventVerdict.Malformed)]
    [InlineData("event: vendor.delta\ndata: no json\n\n", EventVerdict.Pass)]
    [InlineData("data: [DONE]\n\n", EventVerdict.Pass)]
    [InlineData("event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"m\"}\n\n", EventVerdict.Error)]
    [InlineData("data: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"m\"}\n\n", EventVerdict.Error)]
    [InlineData("event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"x\",\"message\":\"m\"}}}\n\n", EventVerdict.Pass)]
    public void Inspect_Block_IsJudged(string block, EventVerdict expected) => Assert.Equal(expected, Inspect.Block(new ResponsesRules(), block));

    [Theory]
    [InlineData("response.completed", true)]
    [InlineData("response.incomplete", true)]
    [InlineData("response.failed", true)]
    [InlineData("response.in_progress", false)]
    public void IsComplete_TerminalEvent_IsTrue(string type, bool expected)
    {
        ResponsesRules rules = new();
        Inspect.Data(rules, $$$$"""{"response":{"output":[{"type":"message"}],"usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":2}}},"type":"{{{{type}}}}"}""");

        Assert.Equal(expected, rules.IsComplete);
        Assert.Equal(new TokenUsage(9, 7, 4, 2), rules.Usage);
    }
}
