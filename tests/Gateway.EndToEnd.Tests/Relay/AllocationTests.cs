using System.Net.Http.Headers;
using System.Text;
using Gateway.Simulator;
using TestKit.Processes;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Tests.Relay;

/// <summary>The published binary relays chunks without allocating: its own counter of allocated bytes, over real sockets, rewrite, usage and metrics on.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const double BytesPerChunk = 1;

    [Fact]
    public Task Burst_MillionChunks_AllocatesLessThanAByteEach() => MeasureAsync(TimeSpan.Zero, streams: 10, chunks: 100_000);

    [Fact]
    public Task Paced_EveryChunkItsOwnRead_AllocatesLessThanAByteEach() => MeasureAsync(TimeSpan.FromMilliseconds(2), streams: 100, chunks: 2_000);

    /// <summary>The difference between long and short streams is what chunks cost; what requests cost is in both.</summary>
    private async Task MeasureAsync(TimeSpan pace, int streams, int chunks)
    {
        const int Short = 100;
        SimulatorOptions options = new() { InterToken = LatencyDistribution.Fixed(pace) };
        await using SimulatedFrontends simulator = await SimulatedFrontends.StartAsync(options);
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync($$"""
            providers: { dynamo: { type: dynamo, base-url: "{{simulator.Frontends[0].Address}}" } }
            telemetry: { access-log: false }
            """);
        using HttpClient client = new() { Timeout = TimeSpan.FromMinutes(2) };
        await RunAsync(client, gateway, streams, chunks / 10);

        long start = await AllocatedAsync(client, gateway);
        await RunAsync(client, gateway, streams, Short);
        long afterShort = await AllocatedAsync(client, gateway);
        await RunAsync(client, gateway, streams, chunks);
        long afterLong = await AllocatedAsync(client, gateway);

        double perChunk = (double)(afterLong - afterShort - (afterShort - start)) / (streams * (chunks - Short));
        output.WriteLine($"{perChunk:0.000} B per chunk over {streams * chunks:N0} chunks; {(afterShort - start) / streams:N0} B per stream request.");
        Assert.True(perChunk < BytesPerChunk, $"{perChunk:0.000} B allocated per relayed chunk.");
    }

    private static Task RunAsync(HttpClient client, GatewayProcess gateway, int streams, int chunks) =>
        Task.WhenAll(Enumerable.Range(0, streams).Select(_ => StreamAsync(client, gateway, chunks)));

    private static async Task StreamAsync(HttpClient client, GatewayProcess gateway, int chunks)
    {
        string body = $$"""{"model":"meta/llama-3.1-8b-instruct","stream":true,"max_tokens":{{chunks}},"ignore_eos":true,"messages":[{"role":"user","content":"Hi"}]}""";
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(gateway.Address, "/v1/chat/completions"))
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using Stream stream = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[64 << 10];
        int events = 0;
        byte last = 0;
        for (int bytes; (bytes = await stream.ReadAsync(buffer)) > 0;)
        {
            for (int i = 0; i < bytes; i++)
            {
                events += last == '\n' && buffer[i] == '\n' ? 1 : 0;
                last = buffer[i];
            }
        }

        // Role, content, finish, [DONE].
        Assert.Equal(chunks + 3, events);
    }

    private static async Task<long> AllocatedAsync(HttpClient client, GatewayProcess gateway)
    {
        byte[] metrics = await client.GetByteArrayAsync(new Uri(gateway.AdminAddress, "/metrics"));
        const string Name = "dotnet_gc_heap_total_allocated_bytes_total ";
        string line = Encoding.UTF8.GetString(metrics).Split('\n').First(line => line.StartsWith(Name, StringComparison.Ordinal));
        return (long)double.Parse(line[Name.Length..]);
    }
}
