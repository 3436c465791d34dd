using Gateway.EndToEnd.Tests.Hostile;
using Gateway.Simulator;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Rows 19 and 20: 200 with something that is no answer, or less of it than announced.</summary>
public sealed class InvalidAnswerTests
{
    [Theory]
    [InlineData("html", true)]
    [InlineData("html", false)]
    [InlineData("not-json", true)]
    [InlineData("not-json", false)]
    [InlineData("gzip", true)]
    [InlineData("gzip", false)]
    [InlineData("short-body", false)]
    public async Task Answer_OfOneReplicaIsInvalid_TheOtherAnswers(string fault, bool stream)
    {
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new() { Replicas = 2, OutputTokens = 5 });
        frontends.Frontends[0].SetFault(fault);
        await using GatewayProcess gateway = await Serving.StartAsync(frontends.Frontends.Select(frontend => frontend.Address), models: "[sim/normal]");
        string body = (stream ? Chat.Stream : Chat.Unary).Replace("\"m\"", "\"sim/normal\"", StringComparison.Ordinal);
        for (int i = 0; i < 4; i++)
        {
            using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, body);
            RawResponse response = await client.ReadResponseAsync();
            Assert.Equal((200, "p-2"), (response.Status, response.Header("x-gateway-replica")));
            Assert.Null(response.Header("content-encoding"));
        }

        Assert.Equal(4, frontends.Frontends[1].ReceivedRequests);
        Assert.Equal(frontends.Frontends[0].ReceivedRequests, await gateway.MetricAsync("gateway_upstream_attempts_total", "result=\"upstream_invalid_response\""));
        Assert.InRange(frontends.Frontends[0].ReceivedRequests, 2, 3);
    }

    [Theory]
    [InlineData("html")]
    [InlineData("not-json")]
    [InlineData("gzip")]
    public async Task Answer_OfAllIsInvalid_Is502(string fault)
    {
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new() { Replicas = 2 });
        foreach (SimulatedFrontend frontend in frontends.Frontends)
            frontend.SetFault(fault);
        await using GatewayProcess gateway = await Serving.StartAsync(frontends.Frontends.Select(frontend => frontend.Address), models: "[sim/normal]");
        foreach (string body in new[] { Chat.Stream, Chat.Unary })
        {
            using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, body.Replace("\"m\"", "\"sim/normal\"", StringComparison.Ordinal));
            RawResponse response = await client.ReadResponseAsync();
            Assert.Equal((502, "upstream_invalid_response", "upstream_error"), (response.Status, response.ErrorCode, response.Error.GetProperty("type").GetString()));
            Assert.Equal("application/json", response.Header("content-type"));
        }
    }

    [Fact]
    public async Task Answer_UnaryShorterThanItsLength_TheOtherAnswersElse502()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 1, "m, only"), new StagedProvider("b"));
        // Valid JSON, and still not all of it.
        stage["a-1"].Does = Play.BytesThenEnd(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Play.UnaryBody.Length + 1}\r\n\r\n{Play.UnaryBody}");
        RawResponse other = await stage.AskAsync(stream: false);
        Assert.Equal((200, "b", Play.UnaryBody), (other.Status, other.Header("x-gateway-provider"), other.Body));
        RawResponse alone = await stage.AskAsync(stream: false, model: "only");
        Assert.Equal((502, "upstream_invalid_response"), (alone.Status, alone.ErrorCode));
    }

    [Theory]
    [InlineData(0, "b")]
    [InlineData(1, "a")]
    public async Task Answer_StreamShorterThanItsLength_TheOtherAnswersElseAnErrorEvent(int contents, string provider)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"), new StagedProvider("b"));
        string sent = Chat.Role + string.Concat(Enumerable.Repeat(Chat.Content("one"), contents));
        stage["a-1"].Does = Play.BytesThenEnd($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {sent.Length + 99}\r\n\r\n{sent}");
        RawResponse response = await stage.AskAsync();
        Assert.Equal((200, provider), (response.Status, response.Header("x-gateway-provider")));
        if (provider == "b")
        {
            Assert.Equal(Play.StreamBody, response.Body);
            return;
        }

        Assert.StartsWith(sent, response.Body);
        Assert.Contains("\"code\":\"upstream_incomplete\"", response.Events[^1]);
        Assert.DoesNotContain("[DONE]", response.Body);
    }

    [Theory]
    [InlineData("204 No Content", "")]
    [InlineData("302 Found", "Location: http://elsewhere.invalid/\r\n")]
    [InlineData("304 Not Modified", "")]
    public async Task Answer_OfAnotherStatus_TheOtherAnswers(string status, string headers)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"), new StagedProvider("b"));
        stage["a-1"].Does = Play.BytesThenEnd($"HTTP/1.1 {status}\r\n{headers}\r\n");
        foreach (bool stream in new[] { true, false })
        {
            RawResponse response = await stage.AskAsync(stream);
            Assert.Equal((200, "b"), (response.Status, response.Header("x-gateway-provider")));
            Assert.Null(response.Header("location"));
        }
    }
}
