using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Rows 12 and 13: what is the client's, and not to be asked of anybody else.</summary>
public sealed class RefusalTests
{
    private const string Mapping = "model-mapping: { m: [long, longer] }";
    private const string Fallback = Mapping + "\nretries: { on-context-length: fallback, max-attempts: 5 }";

    private const string TooLong = "This model's maximum context length is 8192 tokens. However, you requested 9001 tokens.";

    private static readonly StagedProvider[] Providers = [new("a", 2), new("b", 1, "long"), new("c", 1, "longer")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ContextLength_ByDefault_GoesToTheClientAsItIs(bool stream)
    {
        await using Stage stage = await Stage.StartAsync(Mapping, Providers);
        stage["a-1"].Does = stage["a-2"].Does = Play.Status(400, message: TooLong);
        RawResponse response = await stage.AskAsync(stream);
        Assert.Equal((400, "invalid_request_error", TooLong), (response.Status, response.Error.GetProperty("type").GetString(), response.Error.GetProperty("message").GetString()));
        Assert.Equal((1, "1"), (stage.Count, response.Header("x-gateway-attempts")));
        Assert.Equal("usable", await stage.ConditionOfAsync("a-1"));
    }

    [Theory]
    [InlineData(400, "{\"message\":\"" + TooLong + "\",\"type\":\"Bad Request\",\"code\":400}")]
    [InlineData(400, "{\"error\":{\"message\":\"too many tokens\",\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"}}")]
    [InlineData(413, "{\"error\":{\"message\":\"prompt is too long: 9 tokens\"}}")]
    [InlineData(422, "{\"detail\":[{\"loc\":[\"body\",\"messages\"],\"msg\":\"context length exceeded\"}]}")]
    public async Task ContextLength_WithFallback_TheNextEquivalentAnswers(int status, string body)
    {
        await using Stage stage = await Stage.StartAsync(Fallback, Providers);
        stage["a-1"].Does = stage["a-2"].Does = Play.Bytes(Chat.Json(body, $"{status} No"));
        RawResponse response = await stage.AskAsync(stream: status != 422);
        Assert.Equal((200, "b", "long", "2"),
            (response.Status, response.Header("x-gateway-provider"), response.Header("x-gateway-model"), response.Header("x-gateway-attempts")));
        Assert.Contains("\"model\":\"long\"", stage["b-1"].Requests.Single());
        Assert.Equal((1, 0), (stage["a-1"].Count + stage["a-2"].Count, stage["c-1"].Count));
    }

    [Fact]
    public async Task ContextLength_TheEquivalentIsTooShortToo_IsNotAskedFurther()
    {
        await using Stage stage = await Stage.StartAsync(Fallback, Providers);
        stage["a-1"].Does = stage["a-2"].Does = stage["b-1"].Does = Play.Status(400, message: TooLong);
        RawResponse response = await stage.AskAsync();
        Assert.Equal((400, TooLong), (response.Status, response.Error.GetProperty("message").GetString()));
        Assert.Equal((2, 0), (stage.Count, stage["c-1"].Count));
    }

    [Fact]
    public async Task ContextLength_WithFallbackAndNoEquivalent_GoesToTheClientAsItIs()
    {
        await using Stage stage = await Stage.StartAsync("retries: { on-context-length: fallback }", new StagedProvider("a", 2), new StagedProvider("b"));
        stage["a-1"].Does = stage["a-2"].Does = Play.Status(400, message: TooLong);
        RawResponse response = await stage.AskAsync();
        Assert.Equal((400, 1), (response.Status, stage.Count));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(402)]
    [InlineData(405)]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(413)]
    [InlineData(418)]
    [InlineData(422)]
    [InlineData(451)]
    [InlineData(501)]
    public async Task Refusal_GoesToTheClientAsItIs(int status)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2), new StagedProvider("b"));
        stage["a-1"].Does = stage["a-2"].Does =
            Play.Bytes(Chat.Json("""{"error":{"message":"not this","type":"whatever","param":"messages","code":"content_policy"}}""", $"{status} No"));
        foreach (bool stream in new[] { true, false })
        {
            RawResponse response = await stage.AskAsync(stream);
            Assert.Equal((status, "content_policy", "not this"), (response.Status, response.ErrorCode, response.Error.GetProperty("message").GetString()));
            Assert.Equal(("invalid_request_error", "messages", "1"),
                (response.Error.GetProperty("type").GetString(), response.Error.GetProperty("param").GetString(), response.Header("x-gateway-attempts")));
        }

        Assert.Equal((2, 0), (stage.Count, stage["b-1"].Count));
        Assert.Equal(2, await stage.Gateway.MetricAsync("gateway_requests_total", "outcome=\"client_error\""));
        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_retries_total"));
    }

    [Fact]
    public async Task Refusal_Often_EjectsNobody()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"), new StagedProvider("b"));
        stage["a-1"].Does = Play.Status(422);
        for (int i = 0; i < 8; i++)
            Assert.Equal(422, (await stage.AskAsync()).Status);
        Assert.Equal((8, 0, "usable"), (stage["a-1"].Count, stage["b-1"].Count, await stage.ConditionOfAsync("a-1")));
    }

    [Fact]
    public async Task ContentFilter_IsAnAnswer()
    {
        string finish = Chat.Finish.Replace("stop", "content_filter", StringComparison.Ordinal);
        string unary = Play.UnaryBody.Replace("stop", "content_filter", StringComparison.Ordinal);
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"), new StagedProvider("b"));
        stage["a-1"].Does = Play.Bytes(Chat.StreamHead + Play.Chunk(Chat.Role + finish + Chat.Done) + Chat.End);
        RawResponse streamed = await stage.AskAsync();
        stage["a-1"].Does = Play.Bytes(Chat.Json(unary));
        RawResponse whole = await stage.AskAsync(stream: false);
        Assert.Equal((Chat.Role + finish + Chat.Done, unary), (streamed.Body, whole.Body));
        Assert.Equal((2, 0), (stage["a-1"].Count, stage["b-1"].Count));
        Assert.Equal(2, await stage.Gateway.MetricAsync("gateway_requests_total", "outcome=\"ok\""));
    }
}
