using Gateway.Limits;
using Gateway.Streaming;
using Gateway.Streaming.Usage;
using Gateway.Tests.Requests;

namespace Gateway.Tests.Limits;

public class TokenEstimateTests
{
    [Theory]
    [InlineData(Endpoint.ChatCompletions, """{"model":"m","messages":[{"role":"user","content":"12345678"}]}""", 2, 512)]
    [InlineData(Endpoint.ChatCompletions, """{"model":"m","max_tokens":10,"n":3,"messages":[{"role":"system","content":"1234"},{"role":"user","content":"1234567"}]}""", 2, 30)]
    [InlineData(Endpoint.ChatCompletions, """{"model":"m","max_completion_tokens":7,"messages":[{"role":"user","content":[{"type":"text","text":"12345678"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAAAAAAAAAAAAAAAAAAAAAA"}}]}]}""", 2, 7)]
    [InlineData(Endpoint.ChatCompletions, """{"model":"m","max_tokens":0,"messages":[]}""", 0, 0)]
    [InlineData(Endpoint.ChatCompletions, """{"model":"m","max_tokens":9223372036854775807,"n":100,"messages":[]}""", 0, TokenEstimate.MaxTokens)]
    [InlineData(Endpoint.Completions, """{"model":"m","max_tokens":5,"prompt":["12345678","1234"]}""", 3, 10)]
    [InlineData(Endpoint.Completions, """{"model":"m","max_tokens":5,"prompt":[1,2,3]}""", 3, 5)]
    [InlineData(Endpoint.Responses, """{"model":"m","max_output_tokens":6,"instructions":"1234","input":[{"role":"user","content":[{"type":"input_text","text":"12345678"}]}]}""", 3, 6)]
    [InlineData(Endpoint.Messages, """{"model":"m","max_tokens":6,"system":"1234","messages":[{"role":"user","content":"1234"}]}""", 2, 6)]
    [InlineData(Endpoint.Embeddings, """{"model":"m","input":["12345678","1234"]}""", 3, 0)]
    public void Of_Request_IsItsTextAndItsTokenLimits(Endpoint endpoint, string json, long prompt, long completion)
    {
        ScannedRequest request = new(json, endpoint);
        Assert.Equal(new TokenEstimate(prompt, completion), TokenEstimate.Of(request.Fields, request.Body));
    }

    [Fact]
    public void Used_PrefersWhatWasReported()
    {
        TokenEstimate estimate = new(100, 512);
        Assert.Equal(12, estimate.Used(new TokenUsage(5, 7, 3, 2), 99, 0));
        Assert.Equal(109, estimate.Used(null, 9, 0));
        Assert.Equal(110, estimate.Used(null, 0, 40));
        Assert.Equal(2 * TokenEstimate.MaxTokens, estimate.Used(new TokenUsage(long.MaxValue, long.MaxValue, 0, 0), 0, 0));
    }
}
