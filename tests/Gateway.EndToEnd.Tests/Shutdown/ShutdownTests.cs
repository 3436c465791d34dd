using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Shutdown;

/// <summary>From the signal to the exit code.</summary>
public sealed class ShutdownTests : IDisposable
{
    private readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScriptedUpstream _upstream;

    public ShutdownTests() => _upstream = new(async (connection, request) =>
    {
        if (request.Contains("x-session-id: silent", StringComparison.Ordinal))
        {
            await connection.ClosedAsync();
            return;
        }

        if (!request.Contains("\"stream\":true", StringComparison.Ordinal))
        {
            await connection.WriteAsync(Chat.Json("{\"a\":1}"));
            return;
        }

        await connection.WriteAsync(Chat.StreamHead);
        await connection.ChunkAsync(Chat.Content("first"));
        await _finish.Task;
        await connection.ChunkAsync(Chat.Finish + Chat.Done);
        await connection.WriteAsync(Chat.End);
    });

    public void Dispose() => _upstream.Dispose();

    [Fact]
    public async Task Terminate_WhileStreaming_DrainsInOrderAndExitsWith0()
    {
        await using GatewayProcess gateway = await Serving.StartAsync(_upstream, server: "shutdown-delay: 1500ms, shutdown-grace: 20s");
        using RawClient streaming = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream);
        await streaming.ReadUntilAsync("first");

        gateway.Signal(Signals.Terminate);
        using HttpClient http = new();
        await Serving.EventuallyAsync(async () => (await http.GetAsync(new Uri(gateway.Address, "/health/ready"))).StatusCode == HttpStatusCode.ServiceUnavailable, "still ready");
        using RawClient late = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Unary);
        RawResponse served = await late.ReadResponseAsync();
        Assert.Equal((200, "close"), (served.Status, served.Header("Connection")));

        await Serving.EventuallyAsync(async () => await IsRefusedAsync(gateway.Address), "the listener stayed open");
        _finish.SetResult();
        RawResponse response = await streaming.ReadResponseAsync();
        Assert.EndsWith(Chat.Finish + Chat.Done, response.Body);
        Assert.Equal(0, await gateway.WaitForExitAsync());
        Assert.DoesNotContain("Exception", gateway.StandardError);
    }

    [Fact]
    public async Task Terminate_StreamsOutliveTheGrace_EndWithAnErrorEventAndExitWith0()
    {
        await using GatewayProcess gateway = await Serving.StartAsync(_upstream, server: "shutdown-delay: 0s, shutdown-grace: 3s", top: "keepalive: { interval: 100ms }");
        using RawClient streaming = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream);
        await streaming.ReadUntilAsync("first");
        using RawClient waiting = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream, "x-session-id: silent\r\n");
        await waiting.ReadUntilAsync("chatcmpl-keepalive-");
        using RawClient unary = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Unary, "x-session-id: silent\r\n");
        await Serving.EventuallyAsync(() => _upstream.Requests.Count == 3, "the requests did not arrive");

        gateway.Signal(Signals.Terminate);
        foreach (RawClient client in new[] { streaming, waiting })
        {
            RawResponse response = await client.ReadResponseAsync();
            Assert.Contains("\"code\":\"draining\"", response.Events[^1]);
            Assert.Contains("\"retry_after\":", response.Events[^1]);
            Assert.DoesNotContain("[DONE]", response.Body);
        }

        RawResponse refused = await unary.ReadResponseAsync();
        Assert.Equal((503, "draining", "close"), (refused.Status, refused.ErrorCode, refused.Header("Connection")));
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.Equal(0, await gateway.WaitForExitAsync());
        Assert.DoesNotContain("Exception", gateway.StandardError);
        Assert.Equal(3, gateway.Output.Count(line => JsonDocument.Parse(line).RootElement.GetProperty("error_code").GetString() == "draining"));
    }

    [Fact]
    public async Task Terminate_ClientTakesNothing_TheGraceStillEnds()
    {
        using ScriptedUpstream flood = new(static async (connection, _) =>
        {
            await connection.WriteAsync(Chat.StreamHead);
            while (true)
                await connection.ChunkAsync(Chat.Content(new string('x', 64 << 10)));
        });
        await using GatewayProcess flooded = await Serving.StartAsync(flood, server: "shutdown-delay: 0s, shutdown-grace: 2s");
        using RawClient client = await RawClient.PostAsync(flooded.Address, Chat.Path, Chat.Stream, receiveBuffer: 16 << 10);
        await Serving.EventuallyAsync(() => !flood.Requests.IsEmpty, "the request did not arrive");
        flooded.Signal(Signals.Terminate);
        Assert.Equal(0, await flooded.WaitForExitAsync());
    }

    [Fact]
    public async Task Terminate_SecondSignal_EndsAtOnce()
    {
        await using GatewayProcess gateway = await Serving.StartAsync(_upstream, server: "shutdown-delay: 10m, shutdown-grace: 10m");
        using RawClient streaming = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream);
        await streaming.ReadUntilAsync("first");
        gateway.Signal(Signals.Terminate);
        await Serving.EventuallyAsync(() => gateway.StandardError.Contains("Draining", StringComparison.Ordinal), "not draining");
        gateway.Signal(Signals.Terminate);
        Assert.Equal(0, await gateway.WaitForExitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Interrupt_NothingRuns_ExitsWith0WithoutTheDelay()
    {
        await using GatewayProcess gateway = await Serving.StartAsync(_upstream, server: "shutdown-delay: 10m, shutdown-grace: 10m");
        gateway.Signal(Signals.Interrupt);
        Assert.Equal(0, await gateway.WaitForExitAsync(TimeSpan.FromSeconds(10)));
    }

    private static async Task<bool> IsRefusedAsync(Uri address)
    {
        try
        {
            using RawClient client = await RawClient.ConnectAsync(address);
            return false;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }
}
