using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Tests.Leaving;

/// <summary>A client that leaves ends its work at the upstream at once, in every phase, and is counted as what it is.</summary>
public sealed class ClientLeavesTests(ITestOutputHelper output)
{
    // Documented: 100 ms. The tests share their processors, so they fail only at a multiple; the time measured is printed.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    public static TheoryData<string, string, bool> Phases
    {
        get
        {
            TheoryData<string, string, bool> data = [];
            foreach (string how in new[] { "close", "fin", "reset" })
            {
                data.Add("headers", how, true);
                data.Add("headers", how, false);
                data.Add("first content", how, true);
                data.Add("streaming", how, true);
                data.Add("body", how, false);
                data.Add("keepalives", how, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task Client_LeavesWhileTheUpstreamWorks_ItsConnectionIsClosedAtOnce(string phase, string how, bool stream)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<long> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ScriptedUpstream upstream = new(async (connection, _) =>
        {
            if (phase == "first content")
                await connection.WriteAsync(Chat.StreamHead + Chunk(Chat.Role));
            else if (phase == "streaming")
                await connection.WriteAsync(Chat.StreamHead + Chunk(Chat.Role + Chat.Content("first")));
            else if (phase == "body")
                await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\":");
            reached.SetResult();
            await connection.ClosedAsync();
            closed.SetResult(TimeProvider.System.GetTimestamp());
        });
        await using GatewayProcess gateway = await Serving.StartAsync(upstream, top: phase == "keepalives" ? "keepalive: { interval: 50ms }" : "");
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, stream ? Chat.Stream : Chat.Unary, "x-request-id: leaver\r\n");
        await reached.Task;
        if (phase == "streaming")
            await client.ReadUntilAsync("first");
        if (phase == "keepalives")
            await client.ReadUntilAsync("chatcmpl-keepalive-");

        long left = TimeProvider.System.GetTimestamp();
        Leave(client, how);
        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(left, await closed.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
        output.WriteLine($"{phase}, {how}: {elapsed.TotalMilliseconds:0.0} ms");
        Assert.InRange(elapsed, TimeSpan.Zero, Bound);

        string expected = phase == "streaming" ? "streaming" : "waiting";
        await AssertGoneAsync(gateway, expected);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("fin")]
    [InlineData("reset")]
    public async Task Client_LeavesWhileSendingItsBody_NothingReachesAnUpstream(string how)
    {
        using ScriptedUpstream upstream = new(static (connection, _) => connection.WriteAsync(Chat.Json("{}")));
        await using GatewayProcess gateway = await Serving.StartAsync(upstream);
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        await client.SendAsync($"POST {Chat.Path} HTTP/1.1\r\nHost: g\r\nx-request-id: leaver\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{\"model\"");
        await Serving.EventuallyAsync(async () => await gateway.MetricAsync("gateway_active_requests") == 1, "the request did not arrive");
        Leave(client, how);

        await AssertGoneAsync(gateway, "receiving");
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task Client_LeavesBetweenAttempts_NoOtherIsMade()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Func<UpstreamConnection, string, Task> hold = async (connection, _) =>
        {
            arrived.TrySetResult();
            await connection.ClosedAsync();
            gone.TrySetResult();
        };
        using ScriptedUpstream first = new(hold);
        using ScriptedUpstream second = new(hold);
        await using GatewayProcess gateway = await Serving.StartAsync([first.Address, second.Address]);
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream, "x-request-id: leaver\r\n");
        await arrived.Task;
        client.Reset();
        await gone.Task;
        await AssertGoneAsync(gateway, "waiting");
        Assert.Equal(1, first.Requests.Count + second.Requests.Count);
    }

    [Fact]
    public async Task Client_LeavesDuringTheConnect_TheConnectEnds()
    {
        // Nobody listens at a TEST-NET address: the connect hangs, or is refused at once where there is no route at all.
        await using GatewayProcess gateway = await Serving.StartAsync([new("http://192.0.2.1:9")], "timeouts: { connect: 60s }");
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream, "x-request-id: leaver\r\n");
        await Serving.EventuallyAsync(async () => await gateway.MetricAsync("gateway_requests_total") + await gateway.MetricAsync("gateway_replica_inflight") > 0, "no attempt");
        client.Reset();
        await gateway.IdleAsync();
    }

    [Fact]
    public async Task Client_LeavesBeforeTheFirstListing_IsNotKeptWaiting()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ScriptedUpstream upstream = new(async (connection, _) =>
        {
            asked.TrySetResult();
            await connection.ClosedAsync();
        });
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: "");
        await asked.Task;
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream, "x-request-id: leaver\r\n");
        await Serving.EventuallyAsync(async () => await gateway.MetricAsync("gateway_active_requests") == 1, "the request did not arrive");
        client.Reset();
        await AssertGoneAsync(gateway, "waiting");
    }

    [Fact]
    public async Task Deadline_PassesBeforeTheFirstListing_Is504()
    {
        using ScriptedUpstream upstream = new(static (connection, _) => connection.ClosedAsync());
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: "");
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream, "x-gateway-timeout: 100ms\r\n");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((504, "total_timeout"), (response.Status, response.ErrorCode));
    }

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    private static void Leave(RawClient client, string how)
    {
        if (how == "reset")
            client.Reset();
        else if (how == "fin")
            client.HalfClose();
        else
            client.Dispose();
    }

    private static async Task AssertGoneAsync(GatewayProcess gateway, string phase)
    {
        JsonElement log = await gateway.LogOfAsync("leaver");
        Assert.Equal(("client_closed", 499, phase), (log.GetProperty("outcome").GetString(), log.GetProperty("status").GetInt32(), log.GetProperty("disconnect_phase").GetString()));
        Assert.Equal(1, await gateway.MetricAsync("gateway_client_disconnects_total", $"phase=\"{phase}\""));
        await gateway.IdleAsync();
        Assert.DoesNotContain("Exception", gateway.StandardError);
    }
}
