using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Who asks the same at the same time shares one upstream call.</summary>
public sealed class SharedCallTests
{
    private const int Many = 200;

    [Fact]
    public async Task Streams_ManyAtOnce_CostOneCallAndAreTheSame()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldStream held = stage.Hold(HeldStream.OneThenTwo());
        RawClient[] clients = await stage.BoardAsync(Many);
        held.Release();
        RawResponse[] responses = await Task.WhenAll(clients.Select(client => client.ReadResponseAsync()));

        Assert.Equal(1, stage.Upstream.Count);
        Assert.All(responses, response => Assert.Equal(Chat.Role + Chat.Content("one") + Chat.Content("two") + Chat.Finish + Chat.Done, response.Body));
        Assert.Single(responses, response => response.Header("x-gateway-cache") == "miss");
        Assert.Equal(Many - 1, responses.Count(response => response.Header("x-gateway-cache") == "coalesced"));

        await stage.KeptAsync();
        RawResponse hit = await stage.AskAsync();
        Assert.Equal((200, "hit"), CachedStage.Met(hit));
        Assert.InRange(int.Parse(hit.Header("age")!), 0, 60);
        Assert.Equal(responses[0].Body, hit.Body);
        Assert.Equal(1, stage.Upstream.Count);
        Dispose(clients);
        await stage.Stage.Gateway.IdleAsync();
    }

    [Fact]
    public async Task Streams_ManyBeforeTheFirstByte_CostOneCall()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldStream held = stage.Hold(HeldStream.SilenceThenAll());
        RawClient[] clients = await stage.PostTogetherAsync(Many);
        held.Release();
        RawResponse[] responses = await Task.WhenAll(clients.Select(client => client.ReadResponseAsync()));
        Assert.Equal(1, stage.Upstream.Count);
        Assert.Equal([Chat.Role + Chat.Content("one") + Chat.Content("two") + Chat.Finish + Chat.Done], responses.Select(response => response.Body).Distinct());
        Dispose(clients);
    }

    [Fact]
    public async Task Leader_Leaves_TheOthersGetEverything()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldStream held = stage.Hold(HeldStream.OneThenTwo());
        using RawClient leader = await stage.BeginAsync();
        using RawClient joiner = await stage.BeginAsync();
        leader.Reset();
        await stage.AboardAsync(1);
        held.Release();

        RawResponse response = await joiner.ReadResponseAsync();
        Assert.Equal((200, "coalesced"), CachedStage.Met(response));
        Assert.Contains("two", response.Body, StringComparison.Ordinal);
        Assert.EndsWith(Chat.Done, response.Body, StringComparison.Ordinal);
        await stage.KeptAsync();
        Assert.Equal((200, "hit"), CachedStage.Met(await stage.AskAsync()));
        Assert.Equal(1, stage.Upstream.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Last_Leaves_TheUpstreamCallEnds(bool afterContent)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldStream held = stage.Hold(afterContent ? HeldStream.OneThenTwo() : HeldStream.SilenceThenAll());
        using RawClient leader = await stage.PostAsync();
        await held.ArrivedAsync();
        using RawClient joiner = await stage.PostAsync();
        await stage.AboardAsync(2);
        leader.Reset();
        joiner.Reset();
        await held.ClosedAsync();
        await stage.Stage.Gateway.IdleAsync();

        stage.Upstream.Does = Answers.Say("anew");
        RawResponse next = await stage.AskAsync();
        Assert.Equal((200, "miss"), CachedStage.Met(next));
        Assert.Contains("anew", next.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_StreamUnderWay_JoinsItAndGetsOneObject()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldStream held = stage.Hold(HeldStream.OneThenTwo());
        using RawClient leader = await stage.BeginAsync();
        using RawClient joiner = await stage.PostAsync(stream: false);
        await stage.AboardAsync(2);
        held.Release();

        RawResponse response = await joiner.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        Answer.AssertWhole(response.Body, "onetwo");
        Assert.Equal(1, stage.Upstream.Count);
    }

    [Fact]
    public async Task Stream_UnaryUnderWay_DoesNotWaitForIt()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldRequests held = new();
        stage.Upstream.Does = (connection, request) => Answers.IsStream(request) ? Answers.Say("streamed")(connection, request) : held.HoldAsync(connection, request);
        using RawClient unary = await stage.PostAsync(stream: false);
        await held.ArrivedAsync();

        RawResponse streamed = await stage.AskAsync();
        Assert.Equal((200, "miss"), CachedStage.Met(streamed));
        Assert.Contains("streamed", streamed.Body, StringComparison.Ordinal);
        held.Release();
        Assert.Equal((200, "miss"), CachedStage.Met(await unary.ReadResponseAsync()));
        Assert.Equal(2, stage.Upstream.Count);
    }

    [Fact]
    public async Task Unaries_ManyAtOnce_CostOneCall()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldRequests held = new();
        stage.Upstream.Does = held.HoldAsync;
        RawClient[] clients = await stage.PostTogetherAsync(Many, stream: false);
        await held.ArrivedAsync();
        held.Release();
        RawResponse[] responses = await Task.WhenAll(clients.Select(client => client.ReadResponseAsync()));
        Assert.All(responses, response => Assert.Equal((200, Play.UnaryBody), (response.Status, response.Body)));
        Assert.Equal(1, stage.Upstream.Count);
        Dispose(clients);
    }

    [Fact]
    public async Task Keepalives_JoinerWaits_RunForBoth()
    {
        await using CachedStage stage = await CachedStage.StartAsync(top: "keepalive: { interval: 100ms }");
        HeldStream held = stage.Hold(HeldStream.SilenceThenAll());
        using RawClient leader = await stage.PostAsync();
        using RawClient joiner = await stage.PostAsync();
        await leader.ReadUntilAsync("chatcmpl-keepalive-");
        await joiner.ReadUntilAsync("chatcmpl-keepalive-");
        held.Release();
        Assert.Equal(["coalesced", "miss"], new[] { await EndAsync(leader), await EndAsync(joiner) }.Order());
        Assert.Equal(1, stage.Upstream.Count);

        static async Task<string?> EndAsync(RawClient client)
        {
            RawResponse response = await client.ReadResponseAsync();
            Assert.EndsWith(Chat.Content("two") + Chat.Finish + Chat.Done, response.Body, StringComparison.Ordinal);
            return response.Header("x-gateway-cache");
        }
    }

    /// <summary>A byte order mark stands at a stream's beginning, which is over for who has had a keepalive.</summary>
    [Fact]
    public async Task Keepalives_TheUpstreamBeginsWithAByteOrderMark_ItIsLeftOut()
    {
        await using CachedStage stage = await CachedStage.StartAsync(top: "keepalive: { interval: 100ms }");
        HeldStream held = new("", "\u00EF\u00BB\u00BF" + Chat.Role + Chat.Content("one") + Chat.Finish + Answers.Usage + Chat.Done);
        stage.Upstream.Does = held.HoldAsync;
        using RawClient leader = await stage.PostAsync();
        await leader.ReadUntilAsync("chatcmpl-keepalive-");
        held.Release();
        RawResponse response = await leader.ReadResponseAsync();
        Assert.EndsWith("\n\n" + Chat.Role + Chat.Content("one") + Chat.Finish + Chat.Done, response.Body, StringComparison.Ordinal);
    }

    /// <summary>It waits for no stream that it could stop reading: its own deadline ends its wait.</summary>
    [Fact]
    public async Task Unary_ItsOwnTimeIsOver_IsToldAndTheOtherIsAnswered()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldRequests held = new();
        stage.Upstream.Does = held.HoldAsync;
        using RawClient patient = await stage.PostAsync(stream: false);
        await held.ArrivedAsync();
        RawResponse hasty = await stage.AskAsync(stream: false, headers: "x-gateway-timeout: 100ms\r\n");
        Assert.Equal((504, "total_timeout"), (hasty.Status, hasty.ErrorCode));
        held.Release();

        Assert.Equal((200, "miss"), CachedStage.Met(await patient.ReadResponseAsync()));
        Assert.Equal(1, stage.Upstream.Count);
    }

    private static void Dispose(RawClient[] clients)
    {
        foreach (RawClient client in clients)
            client.Dispose();
    }
}
