using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Rows 10 and 11: malformed events, and when an answer is complete.</summary>
public sealed class CompletenessTests
{
    private const string Usage = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}\n\n";

    public static TheoryData<string> Malformed => new()
    {
        "data: {\"choices\":[{\n\n",
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]\n\n",
        "data: nonsense\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\u12\"}}]}\n\n",
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Event_Malformed_IsDroppedCountedAndTheRestGoesOn(string broken)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        stage["a-1"].Does = Play.Bytes(Chat.StreamHead + Play.Chunk(Chat.Role + Chat.Content("one") + broken + Chat.Content("two") + Chat.Finish + Chat.Done) + Chat.End);
        RawResponse response = await stage.AskAsync();
        Assert.Equal(Chat.Role + Chat.Content("one") + Chat.Content("two") + Chat.Finish + Chat.Done, response.Body);
        Assert.Equal(("ok", 1), (await stage.LogOfAsync(response) is var log ? log.GetProperty("outcome").GetString() : "", log.GetProperty("malformed").GetInt32()));
        Assert.Equal(1, await stage.Gateway.MetricAsync("gateway_malformed_events_total", "provider=\"a\""));
    }

    [Fact]
    public async Task Event_TheFinishIsTheMalformedOne_TheAnswerIsIncomplete()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        stage["a-1"].Does = Play.Bytes(Chat.StreamHead + Play.Chunk(Chat.Content("one") + Chat.Finish.Replace("}]}", "}]", StringComparison.Ordinal) + Chat.Done) + Chat.End);
        RawResponse response = await stage.AskAsync();
        Assert.Equal(2, response.Events.Count);
        Assert.Contains("\"code\":\"upstream_incomplete\"", response.Events[^1]);
        Assert.DoesNotContain("[DONE]", response.Body);
    }

    [Theory]
    [InlineData("\"n\":2,", false)]
    [InlineData("\"n\":1,", true)]
    [InlineData("\"n\":null,", true)]
    [InlineData("", true)]
    public async Task End_AfterOneFinishReason_IsCompleteOnlyWhenOneChoiceWasAsked(string fields, bool isComplete)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        stage["a-1"].Does = Play.Bytes(Chat.StreamHead + Play.Chunk(Chat.Content("one") + Chat.Finish) + Chat.End);
        RawResponse response = await stage.AskAsync(fields: fields);
        Assert.StartsWith(Chat.Content("one") + Chat.Finish, response.Body);
        string end = response.Body[(Chat.Content("one") + Chat.Finish).Length..];
        if (isComplete)
            Assert.Equal(Chat.Done, end);
        else
            Assert.Contains("\"code\":\"upstream_incomplete\"", end);
    }

    [Fact]
    public async Task End_EveryChoiceHasFinished_IsCompleteInAnyOrder()
    {
        string Second(string text) => text.Replace("\"index\":0", "\"index\":1", StringComparison.Ordinal);
        string body = Second(Chat.Content("b")) + Chat.Content("a") + Second(Chat.Finish) + Chat.Content("c") + Chat.Finish;
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        stage["a-1"].Does = Play.BytesThenEnd(Chat.StreamHead + Play.Chunk(body));
        Assert.Equal(body + Chat.Done, (await stage.AskAsync(fields: "\"n\":2,")).Body);
    }

    [Fact]
    public async Task Usage_Missing_IsNeverInvented()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        stage["a-1"].Does = Play.Bytes(Chat.StreamHead + Play.Chunk(Chat.Content("one") + Chat.Content("two") + Chat.Finish) + Chat.End);
        RawResponse response = await stage.AskAsync(fields: "\"stream_options\":{\"include_usage\":true},");
        Assert.Equal(Chat.Content("one") + Chat.Content("two") + Chat.Finish + Chat.Done, response.Body);
        Assert.Equal("ok", (await stage.LogOfAsync(response)).GetProperty("outcome").GetString());
        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_tokens_total", "source=\"upstream\""));
        Assert.Equal(2, await stage.Gateway.MetricAsync("gateway_tokens_total", "source=\"estimated\"", "kind=\"completion\"", "provider=\"a\""));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("\"stream_options\":{\"include_usage\":true},", Usage)]
    public async Task Usage_BetweenFinishAndEnd_IsCountedAndShownOnlyWhenAsked(string fields, string shown)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        stage["a-1"].Does = Play.BytesThenEnd(Chat.StreamHead + Play.Chunk(Chat.Content("one") + Chat.Finish + Usage));
        Assert.Equal(Chat.Content("one") + Chat.Finish + shown + Chat.Done, (await stage.AskAsync(fields: fields)).Body);
        Assert.Contains("\"include_usage\":true", stage["a-1"].Requests.Single());
        Assert.Equal(5, await stage.Gateway.MetricAsync("gateway_tokens_total", "source=\"upstream\""));
    }
}
