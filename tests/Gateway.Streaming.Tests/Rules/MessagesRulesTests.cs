using Gateway.Streaming.Rules;
using Gateway.Streaming.Usage;

namespace Gateway.Streaming.Tests.Rules;

public sealed class MessagesRulesTests
{
    [Theory]
    [InlineData("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n", EventVerdict.Content)]
    [InlineData("data: {\"index\":0,\"delta\":{\"text\":\"Hi\"},\"type\":\"content_block_delta\"}\n\n", EventVerdict.Content)]
    [InlineData("event: content_block_delta\ndata: {\"index\":0}\n\n", EventVerdict.Content)]
    [InlineData("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"\\x\"}}\n\n", EventVerdict.Malformed)]
    [InlineData("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"content_block\":{\"text\":\"content_block_delta\"}}\n\n", EventVerdict.Pass)]
    [InlineData("event: ping\ndata: {\"type\":\"ping\"}\n\n", EventVerdict.Pass)]
    [InlineData("event: vendor_note\ndata: no json\n\n", EventVerdict.Pass)]
    [InlineData("data: {\"type\":\"vendor_note\"}\n\n", EventVerdict.Pass)]
    [InlineData("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3}}}\n\n", EventVerdict.Pass)]
    [InlineData("event: message_delta\ndata: {\"type\n\n", EventVerdict.Malformed)]
    [InlineData("data: [DONE]\n\n", EventVerdict.Pass)]
    [InlineData("event: message\ndata: [DONE]\n\n", EventVerdict.Pass)]
    [InlineData("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}\n\n", EventVerdict.Error)]
    [InlineData("data: {\"type\":\"error\",\"error\":{}}\n\n", EventVerdict.Error)]
    [InlineData("data: {\"error\":{\"message\":\"Internal server error\",\"code\":500}}\n\n", EventVerdict.Error)]
    [InlineData("data: {\"message\":\"Model not found\",\"type\":\"Not Found\",\"code\":404}\n\n", EventVerdict.Error)]
    [InlineData("data: {\"message\":\"text\",\"type\":\"message_stop\"}\n\n", EventVerdict.Pass)]
    [InlineData("event: error\n: old dynamo\n\n", EventVerdict.Error)]
    public void Inspect_Block_IsJudged(string block, EventVerdict expected) => Assert.Equal(expected, Inspect.Block(new MessagesRules(), block));

    [Fact]
    public void Usage_StartAndDelta_AreMerged()
    {
        MessagesRules rules = new();
        Inspect.Data(rules, """{"type":"message_start","message":{"id":"m","usage":{"input_tokens":25,"cache_read_input_tokens":5,"output_tokens":1}}}""");
        Inspect.Data(rules, """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}}""");

        Assert.Equal(new TokenUsage(25, 15, 5, 0), rules.Usage);
        Assert.False(rules.IsComplete);
    }

    [Fact]
    public void IsComplete_MessageStop_IsTrue()
    {
        MessagesRules rules = new();
        Inspect.Data(rules, """{"type":"content_block_delta","delta":{"type":"text_delta","text":"{\"type\":\"message_stop\"}"}}""");
        Assert.False(rules.IsComplete);

        Inspect.Data(rules, """{"type":"message_stop"}""");
        Assert.True(rules.IsComplete);
        Assert.False(rules.EndsWithDone);
    }
}
