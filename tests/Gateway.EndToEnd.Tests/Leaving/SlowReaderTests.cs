using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Leaving;

/// <summary>Clients that read slowly hold the upstream back and are kept; those that take nothing are closed.</summary>
public sealed class SlowReaderTests
{
    private const int Block = 64 << 10;

    [Fact]
    public async Task Client_TakesNothing_IsClosedAfterTheStallTimeAndTheUpstreamWasHeldBack()
    {
        long written = 0;
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ScriptedUpstream upstream = new(async (connection, _) =>
        {
            try
            {
                await WriteForeverAsync(connection, () => Interlocked.Add(ref written, Block));
            }
            finally
            {
                closed.SetResult();
            }
        });
        await using GatewayProcess gateway = await Serving.StartAsync(upstream, server: "client-stall: 2s");
        long before = gateway.ResidentBytes();
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream, "x-request-id: stalled\r\n", receiveBuffer: 16 << 10);

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        JsonElement log = await gateway.LogOfAsync("stalled");
        Assert.Equal("client_closed", log.GetProperty("outcome").GetString());
        Assert.InRange(log.GetProperty("duration_ms").GetDouble(), 2000, 15_000);
        // Socket buffers on three ends and the gateway's own: what an unread stream may cost.
        Assert.InRange(Interlocked.Read(ref written), Block, 24 << 20);
        Assert.InRange(gateway.ResidentBytes() - before, long.MinValue, 32 << 20);
        await gateway.IdleAsync();
    }

    [Fact]
    public async Task Client_TakesNothingOfAUnaryAnswer_IsClosedAfterTheStallTime()
    {
        string body = "{\"a\":\"" + new string('x', 16 << 20) + "\"}";
        using ScriptedUpstream upstream = new((connection, _) => connection.WriteAsync(Chat.Json(body)));
        await using GatewayProcess gateway = await Serving.StartAsync(upstream, server: "client-stall: 1s");
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Unary, "x-request-id: stalled\r\n", receiveBuffer: 16 << 10);

        JsonElement log = await gateway.LogOfAsync("stalled");
        Assert.Equal(("client_closed", "streaming"), (log.GetProperty("outcome").GetString(), log.GetProperty("disconnect_phase").GetString()));
        await gateway.IdleAsync();
    }

    [Fact]
    public async Task Client_LeavesInsideAUnaryAnswer_IsClosedNotOk()
    {
        string body = "{\"a\":\"" + new string('x', 16 << 20) + "\"}";
        using ScriptedUpstream upstream = new((connection, _) => connection.WriteAsync(Chat.Json(body)));
        await using GatewayProcess gateway = await Serving.StartAsync(upstream);
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Unary, "x-request-id: leaver\r\n", receiveBuffer: 16 << 10);
        await client.ReadUntilAsync("xxx");
        client.Reset();
        Assert.Equal("client_closed", (await gateway.LogOfAsync("leaver")).GetProperty("outcome").GetString());
        await gateway.IdleAsync();
    }

    [Fact]
    public async Task Client_ReadsALittleNowAndThen_IsNeverClosed()
    {
        const int Events = 256;
        using ScriptedUpstream upstream = new(static async (connection, _) =>
        {
            await connection.WriteAsync(Chat.StreamHead);
            for (int i = 0; i < Events; i++)
                await connection.ChunkAsync(Chat.Content(new string('x', Block)));
            await connection.ChunkAsync(Chat.Finish + Chat.Done);
            await connection.WriteAsync(Chat.End);
        });
        await using GatewayProcess gateway = await Serving.StartAsync(upstream, "timeouts: { idle: 1s }", "client-stall: 1s");
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream, "x-request-id: slow\r\n", receiveBuffer: 16 << 10);

        // Some bytes now and then for three stall times, and idle times: slow, but not gone.
        for (int i = 0; i < 15; i++)
        {
            for (int j = 0; j < 4; j++)
                await client.ReadSomeAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        RawResponse response = await client.ReadBigResponseAsync();
        Assert.Equal(Events + 2, response.Events.Count);
        Assert.EndsWith(Chat.Done, response.Body);
        Assert.Equal("ok", (await gateway.LogOfAsync("slow")).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Client_SlowAtTheTotalDeadline_GetsItsErrorEventWhenItReads()
    {
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ScriptedUpstream upstream = new(async (connection, _) =>
        {
            try
            {
                await WriteForeverAsync(connection, static () => { });
            }
            finally
            {
                closed.SetResult();
            }
        });
        await using GatewayProcess gateway = await Serving.StartAsync(upstream);
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream, "x-gateway-timeout: 1s\r\n", receiveBuffer: 16 << 10);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        RawResponse response = await client.ReadBigResponseAsync();
        Assert.Contains("\"code\":\"total_timeout\"", response.Events[^1]);
        Assert.DoesNotContain("[DONE]", response.Body);
    }

    private static async Task WriteForeverAsync(UpstreamConnection connection, Action wrote)
    {
        await connection.WriteAsync(Chat.StreamHead);
        string content = Chat.Content(new string('x', Block));
        while (true)
        {
            await connection.ChunkAsync(content);
            wrote();
        }
    }
}
