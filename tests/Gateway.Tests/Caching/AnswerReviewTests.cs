using System.Text;
using Gateway.Caching;
using Endpoint = Gateway.Streaming.Endpoint;

namespace Gateway.Tests.Caching;

/// <summary>Which complete answers are given again.</summary>
public sealed class AnswerReviewTests
{
    [Theory]
    [InlineData("\"stop\"", true)]
    [InlineData("\"length\"", true)]
    [InlineData("\"tool_calls\"", true)]
    [InlineData("\"function_call\"", true)]
    [InlineData("\"content_filter\"", false)]
    [InlineData("\"error\"", false)]
    [InlineData("\"\"", false)]
    [InlineData("null", false)]
    [InlineData("{\"a\":\"stop\"}", false)]
    public void MayKeep_Chat_AsEachChoiceEnded(string finish, bool expected)
    {
        Assert.Equal(expected, MayKeep(Endpoint.ChatCompletions, $$"""{"choices":[{"finish_reason":{{finish}}}]}"""));
        Assert.Equal(expected, MayKeep(Endpoint.ChatCompletions, $$"""{"choices":[{"finish_reason":"stop"},{"finish_reason":{{finish}}}]}"""));
        Assert.Equal(expected, MayKeep(Endpoint.Completions, $$"""{"choices":[{"finish_reason":{{finish}}}]}"""));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[{"message":{"finish_reason":"stop"}}]}""")]
    [InlineData("""{"finish_reason":"stop"}""")]
    public void MayKeep_ChatWithoutAnEnd_No(string answer) => Assert.False(MayKeep(Endpoint.ChatCompletions, answer));

    /// <summary>As deep as an answer may be that is passed on: 128 levels.</summary>
    [Fact]
    public void MayKeep_AnswerAsDeepAsIsRelayed_IsJudged()
    {
        string deep = new string('[', 127) + new string(']', 127);
        Assert.True(MayKeep(Endpoint.ChatCompletions, $$"""{"choices":[{"finish_reason":"stop"}],"x":{{deep}}}"""));
        Assert.True(MayKeep(Endpoint.Responses, $$"""{"status":"completed","x":{{deep}}}"""));
    }

    [Theory]
    [InlineData("\"end_turn\"", true)]
    [InlineData("\"max_tokens\"", true)]
    [InlineData("\"stop_sequence\"", true)]
    [InlineData("\"tool_use\"", true)]
    [InlineData("\"refusal\"", false)]
    [InlineData("\"pause_turn\"", false)]
    [InlineData("null", false)]
    public void MayKeep_Message_AsItEnded(string reason, bool expected) =>
        Assert.Equal(expected, MayKeep(Endpoint.Messages, $$"""{"content":[{"stop_reason":"refusal"}],"stop_reason":{{reason}}}"""));

    [Theory]
    [InlineData("\"completed\"", "null", true)]
    [InlineData("\"incomplete\"", """{"reason":"max_output_tokens"}""", true)]
    [InlineData("\"incomplete\"", """{"reason":"content_filter"}""", false)]
    [InlineData("\"incomplete\"", """{"other":{"reason":"max_output_tokens"}}""", false)]
    [InlineData("\"incomplete\"", "null", false)]
    [InlineData("\"incomplete\"", """{"reason":null}""", false)]
    [InlineData("\"failed\"", """{"reason":"max_output_tokens"}""", false)]
    [InlineData("\"in_progress\"", "null", false)]
    [InlineData("null", "null", false)]
    public void MayKeep_Response_CompletedOrCutAtItsLimit(string status, string details, bool expected)
    {
        Assert.Equal(expected, MayKeep(Endpoint.Responses, $$"""{"status":{{status}},"incomplete_details":{{details}},"output":[{"status":"completed"}]}"""));
        Assert.Equal(expected, MayKeep(Endpoint.Responses, $$"""{"reasoning":{"reason":"max_output_tokens"},"incomplete_details":{{details}},"error":{"reason":"content_filter"},"status":{{status}}}"""));
    }

    private static bool MayKeep(Endpoint endpoint, string answer) => AnswerReview.MayKeep(endpoint, Encoding.UTF8.GetBytes(answer));
}
