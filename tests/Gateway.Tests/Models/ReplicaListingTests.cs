using Gateway.Configuration;
using Gateway.Health;
using Gateway.Models;
using Gateway.Upstream;
using TestKit.Sockets;

namespace Gateway.Tests.Models;

/// <summary>What a model listing says about a replica's health and its models.</summary>
public sealed class ReplicaListingTests
{
    private const string Listing = """{"object":"list","data":[{"id":"m"}]}""";
    private const string Nothing = """{"object":"list","data":[]}""";

    [Theory]
    [InlineData("dynamo", 200, Listing, true)]
    [InlineData("dynamo", 200, Nothing, false)] // a frontend without workers
    [InlineData("openai", 200, Nothing, true)]
    [InlineData("openai", 200, "<html></html>", false)]
    [InlineData("openai", 200, "{}", false)]
    [InlineData("openai", 301, Listing, false)]
    [InlineData("openai", 401, Listing, false)]
    [InlineData("openai", 503, Listing, false)]
    public async Task RefreshAsync_Answer_SaysWhetherTheReplicaIsWell(string type, int status, string body, bool isWell)
    {
        using SocketServer server = new();
        using Provider provider = Make(server, type);
        Assert.Equal(isWell, await RefreshAsync(server, provider, status, body));
    }

    [Theory]
    [InlineData("m", true)]
    [InlineData("other", false)]
    public async Task RefreshAsync_DynamoWithConfiguredModels_IsWellWhenOneIsListed(string configured, bool isWell)
    {
        using SocketServer server = new();
        using Provider provider = Make(server, "dynamo", models: [configured]);
        Assert.True(ReplicaListing.IsUseful(provider));
        Assert.Equal(isWell, await RefreshAsync(server, provider, 200, Listing));
    }

    [Fact]
    public void IsUseful_ConfiguredModelsOfAnotherType_IsFalse()
    {
        using SocketServer server = new();
        using Provider openai = Make(server, "openai", models: ["m"]);
        using Provider withPath = Make(server, "dynamo", models: ["m"], path: "/health");
        Assert.False(ReplicaListing.IsUseful(openai));
        Assert.False(ReplicaListing.IsUseful(withPath));
    }

    [Fact]
    public async Task RefreshAsync_Fails_KeepsTheModels()
    {
        using SocketServer server = new();
        using Provider provider = Make(server, "openai");
        await RefreshAsync(server, provider, 200, Listing);
        await RefreshAsync(server, provider, 500, "");
        Assert.Equal(["m"], provider.Replicas[0].Listed!);
    }

    [Fact]
    public async Task RefreshAsync_DynamoLosesItsWorkers_KeepsTheModelsUntilUnhealthy()
    {
        using SocketServer server = new();
        using Provider provider = Make(server, "dynamo");
        Replica replica = provider.Replicas[0];
        for (int i = 0; i < 4; i++)
        {
            replica.Health.Probed(await RefreshAsync(server, provider, 200, i == 0 ? Listing : Nothing));
            Assert.Equal(["m"], replica.Listed!);
        }

        Assert.Equal(ReplicaCondition.Unhealthy, replica.Health.Condition);
        Assert.Empty(ModelCatalog.ListedBy(provider));
        await RefreshAsync(server, provider, 200, Nothing);
        Assert.Empty(replica.Listed!);
    }

    [Fact]
    public async Task RefreshAsync_WithAHealthPath_TakesAnEmptyListingAtOnce()
    {
        using SocketServer server = new();
        using Provider provider = Make(server, "dynamo", path: "/health");
        await RefreshAsync(server, provider, 200, Listing);
        await RefreshAsync(server, provider, 200, Nothing);
        Assert.Empty(provider.Replicas[0].Listed!);
    }

    [Fact]
    public void ListedBy_DrainedReplica_IsLeftOut()
    {
        using SocketServer server = new();
        using Provider provider = Make(server, "openai");
        Replica replica = provider.Replicas[0];
        replica.SetListed(ModelListing.ToSet(["m"], null), ["m"]);
        Assert.Equal(["m"], ModelCatalog.ListedBy(provider));
        replica.Health.Drain();
        Assert.Empty(ModelCatalog.ListedBy(provider));
    }

    internal static Provider Make(SocketServer server, string type, string[]? models = null, string? path = null) => new(
        new ProviderOptions
        {
            Name = "p",
            Type = type == "dynamo" ? ProviderType.Dynamo : ProviderType.OpenAi,
            BaseUrls = [new Uri($"http://127.0.0.1:{server.Port}")],
            Models = models ?? [],
            Health = new HealthOptions { Path = path },
        },
        TimeProvider.System);

    private static async Task<bool> RefreshAsync(SocketServer server, Provider provider, int status, string body)
    {
        Task<bool> refreshing = new ReplicaListing(provider.Replicas[0]).RefreshAsync(CancellationToken.None).AsTask();
        using ServerConnection connection = await server.AcceptAsync();
        Assert.StartsWith("GET /v1/models HTTP/1.1\r\n", await connection.ReadRequestAsync(), StringComparison.Ordinal);
        await connection.WriteAsync($"HTTP/1.1 {status} Status\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        return await refreshing;
    }
}
