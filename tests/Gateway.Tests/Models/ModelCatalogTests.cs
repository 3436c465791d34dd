using Gateway.Models;
using Gateway.Tests.Upstream.Discovery;
using Gateway.Upstream;
using Gateway.Upstream.Discovery;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Tests.Models;

public sealed class ModelCatalogTests
{
    private const string Listing = """{"object":"list","data":[{"id":"m"}]}""";

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Watch_ReplicaComesAndGoes_IsAskedWhileItIsThere()
    {
        using SocketServer server = new();
        using Provider provider = Discovered.Provider(_clock);
        await using ModelCatalog catalog = new([provider], _clock, new EvenChance());
        DiscoveredReplicas replicas = new(provider, _clock);
        Task first = catalog.FirstListingAsync([provider], default);
        Assert.False(first.IsCompleted);

        replicas.Update(Discovered.At(server.Port, "127.0.0.1"));
        provider.LookedUp();
        ServerConnection connection = await server.AcceptAsync();
        Assert.Contains("Host: frontends.test", await connection.ReadRequestAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.False(first.IsCompleted);
        await connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Listing.Length}\r\n\r\n{Listing}");
        await first.OrFail("the first listing did not end", nameof(ModelCatalogTests), 0);
        Replica replica = Assert.Single(provider.Replicas);
        Assert.True(replica.Serves("m"));
        // The second listing comes somewhere in the first interval of 5 s.
        await _clock.SleepsAsync(TimeSpan.FromSeconds(2.5));

        replicas.Update(Discovered.At(server.Port, "127.0.0.9"));
        Assert.False(await connection.ClosedAsync());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(server.IsQuiet());
        Assert.True(replica.Serves("m"));
        Assert.False(replica.Health.IsUnhealthy);

        replicas.Update(Discovered.At(server.Port, "127.0.0.1"));
        using ServerConnection again = await server.AcceptAsync();
        await again.ReadRequestAsync();
        Assert.Same(replica, Assert.Single(provider.Replicas));
    }

    [Fact]
    public async Task FirstListing_ConfiguredModelsAndUnknownAddresses_WaitsForTheAddresses()
    {
        using Provider provider = Discovered.Provider(_clock, models: "m");
        await using ModelCatalog catalog = new([provider], _clock, new NoChance());
        Task first = catalog.FirstListingAsync([provider], default);
        Assert.False(first.IsCompleted);
        provider.LookedUp();
        await first.OrFail("the addresses were not noticed", nameof(ModelCatalogTests), 0);
    }
}
