using Gateway.Health;
using Gateway.Models;
using Gateway.Tests.Simulator;
using Gateway.Upstream;
using TestKit.Sockets;

namespace Gateway.Tests.Models;

/// <summary>The probes of one replica, over real sockets.</summary>
public sealed class ReplicaWatchTests
{
    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(302, false)]
    [InlineData(404, false)]
    [InlineData(500, false)]
    public async Task Path_Answer_DecidesAboutTheReplica(int status, bool isUp)
    {
        using SocketServer server = new();
        using Provider provider = ReplicaListingTests.Make(server, "openai", ["m"], "/health?deep=1");
        SteppedTimeProvider time = new();
        ReplicaWatch watch = new(provider.Replicas[0], time, new Random(1));
        watch.Start();
        Assert.True(watch.FirstListing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));
        using (ServerConnection connection = await server.AcceptAsync())
        {
            Assert.StartsWith("GET /health?deep=1 HTTP/1.1\r\n", await connection.ReadRequestAsync(), StringComparison.Ordinal);
            await connection.WriteAsync($"HTTP/1.1 {status} Status\r\nConnection: close\r\n{(status == 204 ? "" : "Content-Length: 0\r\n")}\r\n");
            // Wait for the prober's next wait: its timers are the first wait, the probe's deadline and the second wait.
            for (int i = 0; i < 3; i++)
                await time.WaitForTimerAsync();
        }

        Assert.Equal(isUp, provider.Replicas[0].Health.IsUp);
        await watch.DisposeAsync();
    }

    [Fact]
    public async Task Listing_Refused_IsUnhealthyFromTheFirst()
    {
        SocketServer server = new();
        using Provider provider = ReplicaListingTests.Make(server, "openai");
        server.Dispose();
        await using ReplicaWatch watch = new(provider.Replicas[0], new SteppedTimeProvider(), new Random(1));
        watch.Start();
        await watch.FirstListing.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System);
        Assert.Equal(ReplicaCondition.Unhealthy, provider.Replicas[0].Health.Condition);
        Assert.False(provider.IsUsable);
    }

    [Fact]
    public async Task Listing_OfDynamoWithConfiguredModels_IsAProbeThatNobodyWaitsFor()
    {
        using SocketServer server = new();
        using Provider provider = ReplicaListingTests.Make(server, "dynamo", ["m"]);
        SteppedTimeProvider time = new();
        await using ReplicaWatch watch = new(provider.Replicas[0], time, new Random(1));
        watch.Start();
        Assert.True(watch.FirstListing.IsCompleted);
        Assert.True(provider.IsUsable);
        Assert.True(server.IsQuiet());

        time.Advance(TimeSpan.FromSeconds(5));
        using ServerConnection connection = await server.AcceptAsync();
        Assert.StartsWith("GET /v1/models HTTP/1.1\r\n", await connection.ReadRequestAsync(), StringComparison.Ordinal);
    }
}
