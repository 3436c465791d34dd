using System.Globalization;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Tests.Operating;

/// <summary>
/// Connections that send nothing, half a header or a byte a second: a bounded price, and no harm to others. <c>GATEWAY_TEST_CONNECTIONS=10000</c> asks for
/// more than the usual 2,000; the limit of open files holds for this process and for the gateway.
/// </summary>
[Collection(nameof(ManyConnectionsTests))]
[CollectionDefinition(nameof(ManyConnectionsTests), DisableParallelization = true)]
public sealed class ManyConnectionsTests(ITestOutputHelper output)
{
    private const string Model = "meta/llama-3.1-8b-instruct";

    /// <summary>Resident bytes per connection; measured: 9.8 KB with 10,000 (docs/benchmarks.md).</summary>
    private const long MaxBytesEach = 16 << 10;

    /// <summary>Room for what grows once: pools, threads, the heap's own steps.</summary>
    private const long MaxBytesAtAll = 16L << 20;

    /// <summary>How long all of them are there together, at least.</summary>
    private const int SlowSeconds = 5;

    private static int Wanted => int.TryParse(Environment.GetEnvironmentVariable("GATEWAY_TEST_CONNECTIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out int many) ? many : 2_000;

    [Fact]
    public async Task IdleConnections_Many_CostLittleAndDisturbNobody()
    {
        await using GatewayProcess gateway = await OperatedGateway.StartAsync($"max-connections: {Wanted + 100}");
        for (int i = 0; i < 20; i++)
            await AskAsync(gateway);
        long before = gateway.ResidentBytes();

        await using (SlowClients clients = new())
        {
            for (int i = 0; i < Wanted; i++)
                await clients.ConnectAsync(gateway.Address, i);
            int connected = clients.Seconds;
            for (int i = 0; i < 20; i++)
                await AskAsync(gateway);
            await Serving.EventuallyAsync(() => clients.Seconds >= connected + SlowSeconds, "the slow ones have stopped");
            for (int i = 0; i < 20; i++)
                await AskAsync(gateway);

            long each = (gateway.ResidentBytes() - before) / Wanted;
            output.WriteLine($"{Wanted} connections: {before >> 20} MiB before, {gateway.ResidentBytes() >> 20} MiB after, {each} B each, after {clients.Seconds} s of a byte each");
            // Kestrel closes those with half a header after 30 s: all are open only while that has not passed.
            output.WriteLine($"{clients.Open} of them are open");
            Assert.InRange(gateway.ResidentBytes() - before, 0, MaxBytesAtAll + (Wanted * MaxBytesEach));
        }

        await AskAsync(gateway);
        await gateway.IdleAsync();
    }

    [Fact]
    public async Task Connections_BeyondTheLimit_Get503AndStreamsGoOn()
    {
        await using GatewayProcess gateway = await OperatedGateway.StartAsync("max-connections: 20");
        using RawClient stream = await RawClient.PostAsync(gateway.Address, Chat.Path, $$"""{"model":"{{Model}}","stream":true,"max_tokens":200,"messages":[{"role":"user","content":"hi"}]}""");
        await stream.ReadUntilAsync("delta");
        List<SlowClient> clients = [];
        try
        {
            for (int i = 0; i < 19; i++)
                clients.Add(await SlowClient.ConnectAsync(gateway.Address, 0));

            // Connections are taken in no certain order: the first ones may still be on their way.
            RawResponse? response = null;
            await Serving.EventuallyAsync(
                async () =>
                {
                    try
                    {
                        using RawClient refused = await RawClient.PostAsync(gateway.Address, Chat.Path, "{}");
                        response = await refused.ReadResponseAsync();
                        return response.Status == 503;
                    }
                    catch (Exception exception) when (exception is EndOfStreamException or System.Net.Sockets.SocketException)
                    {
                        return false;
                    }
                }, "nobody is refused");
            Assert.Equal(("gateway_overloaded", "1", "close"), (response!.ErrorCode, response.Header("Retry-After"), response.Header("Connection")));

            // Far beyond: closed without a word; the admin listener has room of its own.
            for (int i = 0; i < 40; i++)
                clients.Add(await SlowClient.ConnectAsync(gateway.Address, 0));
            await Serving.EventuallyAsync(() => clients.Count(client => client.IsOpen) == 35, "20 served and 16 told, the stream among them");
            Assert.Equal(1, await gateway.MetricAsync("gateway_active_streams"));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        Assert.EndsWith("data: [DONE]\n\n", (await stream.ReadBigResponseAsync()).Body, StringComparison.Ordinal);
        await Serving.EventuallyAsync(async () => await StatusAsync(gateway) == 200, "room again");
        Assert.Equal(1, gateway.StandardError.Split('\n').Count(line => line.Contains("The limit of 20 connections is reached", StringComparison.Ordinal)));
    }

    /// <summary>With almost no files to open, whatever cannot be done is refused, and everything works again afterwards.</summary>
    [Fact]
    public async Task OpenFiles_AllUsed_NobodyIsHarmedForLong()
    {
        await using GatewayProcess gateway = await OperatedGateway.StartAsync("max-connections: 1000", openFiles: "-n 320");
        await AskAsync(gateway);

        List<SlowClient> clients = [];
        for (int i = 0; i < 400; i++)
            clients.Add(await SlowClient.ConnectAsync(gateway.Address, 0));
        clients.ForEach(client => client.Dispose());

        await Serving.EventuallyAsync(async () => await StatusAsync(gateway) == 200, "the listener died");
        await AskAsync(gateway);
    }

    [Fact]
    public async Task OpenFiles_SoftLimit_IsRaisedToTheHardOne()
    {
        await using GatewayProcess gateway = await OperatedGateway.StartAsync("client-stall: 5m", openFiles: "-Sn 256");

        string[] limit = File.ReadLines($"/proc/{gateway.Id}/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(limit[4], limit[3]);
        Assert.NotEqual("256", limit[3]);
    }

    private static async Task AskAsync(GatewayProcess gateway) => Assert.Equal(200, await StatusAsync(gateway));

    private static async Task<int> StatusAsync(GatewayProcess gateway)
    {
        try
        {
            using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, $$"""{"model":"{{Model}}","max_tokens":2,"messages":[{"role":"user","content":"hi"}]}""", "Connection: close\r\n");
            return (await client.ReadResponseAsync()).Status;
        }
        catch (Exception exception) when (exception is EndOfStreamException or System.Net.Sockets.SocketException)
        {
            return 0;
        }
    }
}
