using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Keepalives;

/// <summary>Silence towards the client: what fills it, when 200 is committed, and what an error looks like afterwards.</summary>
public sealed class KeepaliveTests
{
    private const string Soon = "keepalive: { interval: 100ms }";
    private const string Later = "keepalive: { interval: 60s }";
    private const string Overloaded = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"message\":\"busy\"}";

    public static TheoryData<string, string, string> Styles => new()
    {
        { "/v1/chat/completions", "", "data: {\"id\":\"chatcmpl-keepalive-" },
        { "/v1/completions", "", "data: {\"id\":\"" },
        { "/v1/messages", "", "event: ping\ndata: {\"type\":\"ping\"}" },
        { "/v1/responses", "", ": keepalive" },
        { "/v1/chat/completions", "comment", ": keepalive" },
        { "/v1/messages", "comment", ": keepalive" },
    };

    [Theory]
    [MemberData(nameof(Styles))]
    public async Task Keepalive_UpstreamSilent_HasItsEndpointsShape(string path, string style, string start)
    {
        using ScriptedUpstream upstream = new(static (connection, _) => connection.ClosedAsync());
        await using GatewayProcess gateway = await Serving.StartAsync(upstream, top: $"keepalive: {{ interval: 100ms{(style.Length > 0 ? ", style: " + style : "")} }}");
        using RawClient client = await RawClient.PostAsync(gateway.Address, path, BodyFor(path));

        await client.ReadUntilAsync("\r\n\r\n");
        string[] frames = await FramesAsync(client, 3);
        Assert.All(frames, frame => Assert.StartsWith(start, frame));
        Assert.Single(frames.Distinct());
        Assert.StartsWith("HTTP/1.1 200", client.Received);
        Assert.Contains("Content-Type: text/event-stream\r\n", client.Received);
        if (!frames[0].StartsWith("data: ", StringComparison.Ordinal))
            return;
        JsonElement chunk = JsonDocument.Parse(frames[0]["data: ".Length..]).RootElement;
        Assert.Equal("m", chunk.GetProperty("model").GetString());
        Assert.DoesNotContain("role", frames[0]);
        JsonElement choice = chunk.GetProperty("choices")[0];
        Assert.Equal("", (path.Contains("chat", StringComparison.Ordinal) ? choice.GetProperty("delta").GetProperty("content") : choice.GetProperty("text")).GetString());
    }

    [Fact]
    public async Task Failure_BeforeTheInterval_KeepsItsStatusAndRetryAfter()
    {
        using ScriptedUpstream upstream = new(static (connection, _) => connection.WriteAsync(Overloaded));
        await using GatewayProcess gateway = await Serving.StartAsync(upstream, top: Later);
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream);
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((503, "upstream_overloaded", "7"), (response.Status, response.ErrorCode, response.Header("Retry-After")));
    }

    [Theory]
    [InlineData("/v1/chat/completions", "data: {\"error\":{")]
    [InlineData("/v1/messages", "event: error\ndata: {\"type\":\"error\",\"error\":{")]
    [InlineData("/v1/responses", "event: error\ndata: {")]
    public async Task Failure_AfterTheCommit_IsAnEventWithRetryAfter(string path, string start)
    {
        TaskCompletionSource committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ScriptedUpstream upstream = new(async (connection, _) =>
        {
            await committed.Task;
            await connection.WriteAsync(Overloaded);
        });
        await using GatewayProcess gateway = await Serving.StartAsync(upstream, top: Soon);
        using RawClient client = await RawClient.PostAsync(gateway.Address, path, BodyFor(path));
        await client.ReadUntilAsync("\r\n\r\n");
        committed.SetResult();
        RawResponse response = await client.ReadResponseAsync();

        Assert.Equal(200, response.Status);
        Assert.StartsWith(start, response.Events[^1]);
        Assert.Contains("\"retry_after\":7", response.Events[^1]);
        Assert.DoesNotContain("[DONE]", response.Body);
        await gateway.IdleAsync();
    }

    [Fact]
    public async Task Fallback_AfterTheCommit_StillAnswers()
    {
        TaskCompletionSource committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int requests = 0;
        Func<UpstreamConnection, string, Task> answer = async (connection, _) =>
        {
            if (Interlocked.Increment(ref requests) > 1)
            {
                await Chat.AnswerAsync(connection);
                return;
            }

            await committed.Task;
            connection.Reset();
        };
        using ScriptedUpstream first = new(answer);
        using ScriptedUpstream second = new(answer);
        await using GatewayProcess gateway = await Serving.StartAsync([first.Address, second.Address], top: Soon);
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream);
        await client.ReadUntilAsync("chatcmpl-keepalive-");
        committed.SetResult();
        RawResponse response = await client.ReadResponseAsync();
        Assert.EndsWith(Chat.Role + Chat.Content("Hello") + Chat.Finish + Chat.Done, response.Body);
        Assert.Null(response.Header("x-gateway-provider"));
        JsonElement log = await gateway.LogOfAsync(response.Header("x-request-id")!);
        Assert.Equal(("p", "ok"), (log.GetProperty("provider").GetString(), log.GetProperty("outcome").GetString()));
    }

    [Theory]
    [InlineData("keepalive: { interval: 0s }")]
    [InlineData("keepalive: { interval: 50ms, before-headers: false }")]
    public async Task Keepalive_Off_NothingIsCommittedBeforeTheAnswer(string keepalive)
    {
        using ScriptedUpstream upstream = new(static (connection, _) => connection.ClosedAsync());
        await using GatewayProcess gateway = await Serving.StartAsync(upstream, "timeouts: { first-byte: 600ms }", top: keepalive);
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream);
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((504, "first_byte_timeout"), (response.Status, response.ErrorCode));
    }

    [Fact]
    public async Task Keepalive_EveryWriteToTheClient_StartsTheIntervalAnew()
    {
        using ScriptedUpstream upstream = new(static async (connection, _) =>
        {
            await connection.WriteAsync(Chat.StreamHead);
            for (int i = 0; i < 12; i++)
            {
                await connection.ChunkAsync(Chat.Content("more"));
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }

            await connection.ChunkAsync(Chat.Finish + Chat.Done);
            await connection.WriteAsync(Chat.End);
        });
        await using GatewayProcess gateway = await Serving.StartAsync(upstream, top: "keepalive: { interval: 1s }");
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream);
        RawResponse response = await client.ReadResponseAsync();
        // 1.2 s in all: a clock that ran through the writes would have fired.
        Assert.DoesNotContain("keepalive", response.Body);
    }

    [Fact]
    public async Task Keepalive_UnaryRequest_GetsNone()
    {
        using ScriptedUpstream upstream = new(static async (connection, _) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System);
            await connection.WriteAsync(Chat.Json("{\"a\":1}"));
        });
        await using GatewayProcess gateway = await Serving.StartAsync(upstream, top: "keepalive: { interval: 50ms }");
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Unary);
        Assert.Equal("{\"a\":1}", (await client.ReadResponseAsync()).Body);
    }

    private static string BodyFor(string path) => path switch
    {
        "/v1/completions" => """{"model":"m","stream":true,"prompt":"hi"}""",
        "/v1/responses" => """{"model":"m","stream":true,"input":"hi"}""",
        _ => Chat.Stream,
    };

    /// <summary>The first frames of an unfinished stream; every one has come alone in its chunk.</summary>
    private static async Task<string[]> FramesAsync(RawClient client, int count)
    {
        string[] frames = [];
        await Serving.EventuallyAsync(
            async () =>
            {
                await client.ReadSomeAsync();
                string body = client.Received[(client.Received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
                frames = [.. body.Split("\r\n").Where(part => part.EndsWith("\n\n", StringComparison.Ordinal)).Select(part => part[..^2])];
                return frames.Length >= count;
            },
            "keepalives");
        return frames[..count];
    }
}
