using Gateway.EndToEnd.Tests.Hostile;
using Gateway.EndToEnd.Tests.Wire;
using Gateway.Simulator;
using TestKit.Processes;
using RawClient = Gateway.EndToEnd.Tests.Hostile.RawClient;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Every endpoint that is cached gives its answer again byte for byte, and in the other shape.</summary>
public sealed class EndpointTests
{
    [Theory]
    [InlineData("chat")]
    [InlineData("completions")]
    [InlineData("responses")]
    [InlineData("messages")]
    public async Task Answer_InEitherShape_ServesBoth(string endpoint)
    {
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new SimulatorOptions { OutputTokens = 3 });
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync($$"""
            providers: { p: { type: dynamo, base-url: "{{frontends.Frontends[0].Address}}" } }
            cache: { enabled: true, when: always }
            """);
        foreach (bool stream in new[] { true, false })
        {
            RawResponse miss = await AskAsync(gateway, endpoint, stream);
            Assert.Equal((200, "miss"), CachedStage.Met(miss));
            await Serving.EventuallyAsync(async () => await gateway.MetricAsync("gateway_cache_entries") == 1, "it was not kept");
            RawResponse hit = await AskAsync(gateway, endpoint, stream);
            Assert.Equal((200, "hit"), CachedStage.Met(hit));
            Assert.Equal(miss.Body, hit.Body);

            RawResponse other = await AskAsync(gateway, endpoint, !stream);
            Assert.Equal((200, "hit"), CachedStage.Met(other));
            Assert.Equal(stream ? "application/json" : "text/event-stream", other.Header("content-type"));
            using HttpClient http = new();
            (await http.DeleteAsync(new Uri(gateway.AdminAddress, "/admin/cache"))).Dispose();
        }
    }

    private static async Task<RawResponse> AskAsync(GatewayProcess gateway, string endpoint, bool stream)
    {
        using RawClient client = await RawClient.PostAsync(gateway.Address, Requests.Path(endpoint), Requests.Body(endpoint, GatewayFixture.Model, stream));
        return await client.ReadResponseAsync();
    }
}
