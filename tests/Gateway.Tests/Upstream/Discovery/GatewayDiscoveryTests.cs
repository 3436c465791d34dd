using System.Net;
using System.Net.Sockets;
using System.Text;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Discovery;

public sealed class GatewayDiscoveryTests
{
    [Fact]
    public async Task Serve_NameHasTwoAddresses_BothServeAndNoHeaderShowsOne()
    {
        await using DiscoveringGateway gateway = await DiscoveringGateway.StartAsync(() => Task.FromResult(DiscoveringGateway.Addresses(1, 2)));
        await gateway.ServedByAsync(gateway.IdOf(1), gateway.IdOf(2));

        using HttpResponseMessage response = await gateway.ChatAsync();
        string said = response.Headers.ToString() + await TextAsync(response);
        Assert.DoesNotContain("127.0.0.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("frontends.test", said, StringComparison.Ordinal);
        Assert.Matches("^dynamo-[0-9a-f]{6}$", response.Headers.GetValues("x-gateway-replica").Single());
    }

    [Fact]
    public async Task Serve_AddressLeavesDuringItsStream_TheStreamEndsWellAndNewRequestsGoElsewhere()
    {
        await using DiscoveringGateway gateway = await DiscoveringGateway.StartAsync(() => Task.FromResult(DiscoveringGateway.Addresses(1, 2)));
        using HttpResponseMessage stream = await gateway.ChatAsync(stream: true);
        string id = stream.Headers.GetValues("x-gateway-replica").Single();
        int stays = id == gateway.IdOf(1) ? 2 : 1;

        gateway.Dns = () => Task.FromResult(DiscoveringGateway.Addresses(stays, 3));
        gateway.Clock.Advance(TimeSpan.FromSeconds(10));
        await gateway.ServedByAsync(gateway.IdOf(stays), gateway.IdOf(3));

        Assert.Contains($$"""gateway_replica_inflight{provider="dynamo",replica="{{id}}"} 1""", await gateway.ScrapeAsync(), StringComparison.Ordinal);
        gateway.FrontendClock.Advance(TimeSpan.FromMinutes(10));
        string text = await TextAsync(stream);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("error", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_AddressIsGone_HasNoInflightOfIt()
    {
        await using DiscoveringGateway gateway = await DiscoveringGateway.StartAsync(() => Task.FromResult(DiscoveringGateway.Addresses(1, 2)));
        await gateway.ServedByAsync(gateway.IdOf(1), gateway.IdOf(2));
        Assert.Contains(Inflight(gateway.IdOf(1)), await gateway.ScrapeAsync(), StringComparison.Ordinal);

        gateway.Dns = () => Task.FromResult(DiscoveringGateway.Addresses(2));
        gateway.Clock.Advance(TimeSpan.FromSeconds(10));
        await gateway.ServedByAsync(gateway.IdOf(2));

        string scrape = await gateway.ScrapeAsync();
        Assert.DoesNotContain(Inflight(gateway.IdOf(1)), scrape, StringComparison.Ordinal);
        Assert.Contains(Inflight(gateway.IdOf(2)), scrape, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData(DiscoveringGateway.Model)]
    public async Task Serve_RequestBeforeTheFirstAddresses_WaitsForThem(params string[] models)
    {
        TaskCompletionSource<IPAddress[]> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using DiscoveringGateway gateway = await DiscoveringGateway.StartAsync(
            () =>
            {
                asked.TrySetResult();
                return answer.Task;
            },
            models);
        await asked.Task.OrFail("nobody asked DNS", nameof(GatewayDiscoveryTests), 0);
        Task<HttpResponseMessage> waiting = gateway.ChatAsync();
        // The wait for the first listing is two seconds long; it is the request's own.
        await gateway.Clock.SleepsAsync(TimeSpan.FromSeconds(2));
        Assert.False(waiting.IsCompleted);

        answer.SetResult(DiscoveringGateway.Addresses(3));

        using HttpResponseMessage response = await waiting;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(gateway.IdOf(3), response.Headers.GetValues("x-gateway-replica").Single());
    }

    [Fact]
    public async Task Ready_NothingResolves_SaysForWhichProvider()
    {
        await using DiscoveringGateway gateway = await DiscoveringGateway.StartAsync(() => throw new SocketException((int)SocketError.HostNotFound));
        using HttpResponseMessage ready = await gateway.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("no address found for provider dynamo", await TextAsync(ready), StringComparison.Ordinal);
        using HttpResponseMessage chat = await gateway.ChatAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, chat.StatusCode);
        Assert.Contains("no_healthy_replica", await TextAsync(chat), StringComparison.Ordinal);
    }

    private static async Task<string> TextAsync(HttpResponseMessage response) => Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());

    private static string Inflight(string id) => $$"""gateway_replica_inflight{provider="dynamo",replica="{{id}}"}""";
}
