using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>What is given again, in which shape, and what never is.</summary>
public sealed class KeptAnswerTests
{
    private const string WithUsage = "\"stream_options\":{\"include_usage\":true},";

    [Theory]
    [InlineData("", "")]
    [InlineData("", WithUsage)]
    [InlineData(WithUsage, "")]
    [InlineData(WithUsage, WithUsage)]
    public async Task Stream_AskedAgain_IsTheSameAndUsageIsForWhoAsked(string first, string second)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        RawResponse miss = await stage.AskAndKeepAsync(fields: first);
        RawResponse hit = await stage.AskAsync(fields: second);
        Assert.Equal(((200, "miss"), (200, "hit")), (CachedStage.Met(miss), CachedStage.Met(hit)));
        Assert.Equal(Expected(first), miss.Body);
        Assert.Equal(Expected(second), hit.Body);
        Assert.Equal("text/event-stream", hit.Header("content-type"));
        Assert.Equal(1, stage.Upstream.Count);

        static string Expected(string fields) => Chat.Role + Chat.Content("answer-1") + Chat.Finish + (fields.Length > 0 ? Answers.Usage : "") + Chat.Done;
    }

    [Fact]
    public async Task Whole_KeptFromAStream_HasEverything()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        await stage.AskAndKeepAsync();
        RawResponse hit = await stage.AskAsync(stream: false);
        Assert.Equal((200, "hit"), CachedStage.Met(hit));
        Answer.AssertWhole(hit.Body, "answer-1");
        Assert.Equal("application/json", hit.Header("content-type"));
    }

    [Fact]
    public async Task Whole_AskedAgain_IsTheSame()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        RawResponse miss = await stage.AskAndKeepAsync(stream: false);
        RawResponse hit = await stage.AskAsync(stream: false);
        Assert.Equal(((200, "miss"), (200, "hit")), (CachedStage.Met(miss), CachedStage.Met(hit)));
        Assert.Equal(miss.Body, hit.Body);
        Assert.Equal(miss.Header("content-type"), hit.Header("content-type"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(WithUsage)]
    public async Task Stream_KeptFromAWhole_HasEverything(string fields)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        await stage.AskAndKeepAsync(stream: false);
        RawResponse hit = await stage.AskAsync(fields: fields);
        Assert.Equal((200, "hit"), CachedStage.Met(hit));
        Assert.Contains("answer-1", hit.Body, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"stop\"", hit.Body, StringComparison.Ordinal);
        Assert.Equal(fields.Length > 0, hit.Body.Contains("\"total_tokens\":8", StringComparison.Ordinal));
        Assert.EndsWith(Chat.Done, hit.Body, StringComparison.Ordinal);
        Assert.Equal(1, stage.Upstream.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ContentFilter_AskedAgain_IsAskedAnew(bool stream)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        stage.Upstream.Does = Answers.Say("filtered", "content_filter");
        Assert.Equal((200, "miss"), CachedStage.Met(await stage.AskAsync(stream)));
        Assert.Equal((200, "miss"), CachedStage.Met(await stage.AskAsync(stream)));
    }

    /// <summary>The client gets what is left, and nobody else does.</summary>
    [Fact]
    public async Task BrokenEvent_InAStreamThatEndsWell_IsAskedAnew()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        stage.Upstream.Does = Play.Bytes(Chat.StreamHead + Play.Chunk(Chat.Role + Chat.Content("one") + "data: {\"broken\n\n" + Chat.Finish + Chat.Done) + Chat.End);
        for (int i = 1; i <= 2; i++)
        {
            RawResponse response = await stage.AskAsync();
            Assert.Equal(((200, "miss"), Chat.Role + Chat.Content("one") + Chat.Finish + Chat.Done), (CachedStage.Met(response), response.Body));
        }
    }

    [Theory]
    [InlineData("\"temperature\":0.5,")]
    [InlineData("")]
    [InlineData("\"temperature\":0,\"n\":2,")]
    [InlineData("\"temperature\":0,\"store\":true,")]
    public async Task Request_NotForTheCache_Bypasses(string fields)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        for (int i = 1; i <= 2; i++)
        {
            RawResponse response = await stage.Stage.AskAsync(stream: false, fields: fields);
            Assert.Equal((200, "bypass"), CachedStage.Met(response));
            Assert.Contains($"answer-{i}", response.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Cache-Control: no-store\r\n", "bypass")]
    [InlineData("x-gateway-cache: bypass\r\n", "bypass")]
    [InlineData("Cache-Control: no-cache\r\n", "miss")]
    [InlineData("Cache-Control: max-age=0\r\n", "miss")]
    public async Task Directive_OfTheClient_IsObeyed(string header, string met)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        await stage.AskAndKeepAsync();
        RawResponse asked = await stage.AskAsync(headers: header);
        Assert.Equal((200, met), CachedStage.Met(asked));
        Assert.Contains("answer-2", asked.Body, StringComparison.Ordinal);

        // What was asked anew is kept, what went past the cache is not.
        string kept = met == "miss" ? "answer-2" : "answer-1";
        await stage.KeptAsync(kept);
        Assert.Equal(2, stage.Upstream.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnlyIfCached_Unknown_Is504AndThenAHit(bool stream)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        RawResponse refused = await stage.LookAsync(stream);
        Assert.Equal((504, "not_cached"), (refused.Status, refused.ErrorCode));
        Assert.Equal(0, stage.Upstream.Count);
        await stage.AskAndKeepAsync();
        Assert.Equal((200, "hit"), CachedStage.Met(await stage.LookAsync(stream)));
    }

    [Fact]
    public async Task Equivalent_Answered_IsNotKept()
    {
        await using Stage stage = await Stage.StartAsync(
            "model-mapping: { alias: [m, n] }\ncache: { enabled: true }\nretries: { backoff: 1ms, max-backoff: 1ms, budget: 100% }",
            new StagedProvider("a", Models: "m"), new StagedProvider("b", Models: "n"));
        stage["a-1"].Does = Play.Status(500);
        stage["b-1"].Does = Answers.SayNumbers();
        for (int i = 1; i <= 2; i++)
        {
            RawResponse response = await stage.AskAsync(model: "alias", fields: "\"temperature\":0,");
            Assert.Equal((200, "miss"), CachedStage.Met(response));
            Assert.Contains($"answer-{i}", response.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Embeddings_AskedAgain_AreAHit()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        const string Body = """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,0.2]}],"model":"m","usage":{"prompt_tokens":2,"total_tokens":2}}""";
        stage.Upstream.Does = Play.Bytes(Chat.Json(Body));
        foreach (string met in new[] { "miss", "hit" })
        {
            using RawClient client = await RawClient.PostAsync(stage.Stage.Gateway.Address, "/v1/embeddings", """{"model":"m","input":"one"}""");
            RawResponse response = await client.ReadResponseAsync();
            Assert.Equal(((200, met), Body), (CachedStage.Met(response), response.Body));
        }

        Assert.Equal(1, stage.Upstream.Count);
    }
}
