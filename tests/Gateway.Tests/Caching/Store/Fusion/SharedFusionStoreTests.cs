using System.Text;
using Gateway.Caching.Store;
using Gateway.Caching.Store.Fusion;
using Gateway.Configuration;
using Gateway.Redis;
using Gateway.Tests.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit.Processes;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store.Fusion;

/// <summary>The engine with a real server. Two stores are two gateways.</summary>
public sealed class SharedFusionStoreTests : ResponseStoreTests, IAsyncLifetime, IDisposable
{
    private readonly MetricsFixture _metrics = new();
    private RedisServer _server = null!;

    public async Task InitializeAsync() => _server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _metrics.Dispose();

    private protected override IResponseStore NewStore(long maxBytes, TimeProvider time) => New(TimeSpan.FromSeconds(5), maxBytes, time);

    private FusionResponseStore New(TimeSpan timeout, long maxBytes = 64 << 20, TimeProvider? time = null)
    {
        Assert.Null(RedisAddress.Parse(_server.Url, out RedisAddress? address));
        CacheOptions options = new() { Engine = CacheEngine.Fusion, MaxSize = maxBytes, Redis = address, RedisTimeout = timeout };
        return (FusionResponseStore)ResponseStores.Create(options, _metrics.Metrics, NullLoggerFactory.Instance, time ?? TimeProvider.System, new Random(1));
    }

    private static CachedAnswer Now(string body = "{}", string model = "m", string? keyId = null) => Answer(body, model, keyId, now: TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task FindAsync_AnotherGatewayKeptIt_IsFound()
    {
        await using FusionResponseStore one = New(TimeSpan.FromSeconds(5));
        await using FusionResponseStore two = New(TimeSpan.FromSeconds(5));

        CachedAnswer found = await FoundAsync(one, two, 1, Now(new string('x', 5000), keyId: "k") with { Usage = new(1, 2, 3, 4) });

        Assert.Equal(new string('x', 5000), Encoding.UTF8.GetString(found.Body));
        Assert.Equal(new(1, 2, 3, 4), found.Usage);
    }

    [Theory]
    [InlineData("a", null)]
    [InlineData("upstream-a", null)]
    [InlineData(null, "x")]
    [InlineData("a", "x")]
    [InlineData(null, null)]
    public async Task PurgeAsync_OnOneGateway_TheOtherForgetsToo(string? model, string? keyId)
    {
        await using FusionResponseStore one = New(TimeSpan.FromSeconds(5));
        await using FusionResponseStore two = New(TimeSpan.FromSeconds(5));
        await FoundAsync(one, two, 1, Now(model: "a", keyId: "x"));
        await FoundAsync(one, two, 2, Now(model: "b", keyId: "y"));

        Assert.Equal(model is null && keyId is null ? 2 : 1, await one.PurgeAsync(new(model, keyId), CancellationToken.None));

        await Layers.UntilAsync(async () => await two.FindAsync(Key(1), CancellationToken.None) is null);
        Assert.Null(await one.FindAsync(Key(1), CancellationToken.None));
        Assert.Equal(model is null && keyId is null, await two.FindAsync(Key(2), CancellationToken.None) is null);
    }

    [Fact]
    public async Task FindAsync_ServerStandsThenGone_IsAMissAndMemoryGoesOn()
    {
        await using FusionResponseStore one = New(TimeSpan.FromMilliseconds(20));
        one.Keep(Key(1), Now());
        Signals.Send(_server.Id, Signals.Stop);
        Assert.Null(await one.FindAsync(Key(2), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System));
        Assert.NotNull(await one.FindAsync(Key(1), CancellationToken.None));
        Signals.Send(_server.Id, Signals.Continue);
        await _server.StopAsync();

        Assert.Null(await one.FindAsync(Key(3), CancellationToken.None));
        one.Keep(Key(4), Now());
        Assert.NotNull(await one.FindAsync(Key(4), CancellationToken.None));
        Assert.NotNull(await one.FindAsync(Key(1), CancellationToken.None));
        Assert.Equal(2, await one.PurgeAsync(default, CancellationToken.None));
        Assert.Null(await one.FindAsync(Key(1), CancellationToken.None));
    }

    [Fact]
    public async Task FindAsync_ForeignValue_IsAMiss()
    {
        await using (FusionResponseStore one = New(TimeSpan.FromSeconds(5)))
        await using (FusionResponseStore other = New(TimeSpan.FromSeconds(5)))
            await FoundAsync(one, other, 1, Now());
        await _server.AskAsync($"SETRANGE gateway:fusion:1:v2:{Key(1)} 100 XXXX");
        await _server.AskAsync($"SET gateway:fusion:1:v2:{Key(2)} foreign");

        await using FusionResponseStore two = New(TimeSpan.FromSeconds(5));
        await using FusionResponseStore three = New(TimeSpan.FromSeconds(5));
        await FoundAsync(three, two, 3, Now());
        Assert.Null(await two.FindAsync(Key(1), CancellationToken.None));
        Assert.Null(await two.FindAsync(Key(2), CancellationToken.None));
    }

    /// <summary>What is kept before there is a connection is not written, so it is kept until the other finds it.</summary>
    private static async Task<CachedAnswer> FoundAsync(FusionResponseStore one, FusionResponseStore two, int key, CachedAnswer answer)
    {
        CachedAnswer? found = null;
        await Layers.UntilAsync(async () =>
        {
            one.Keep(Key(key), answer);
            found = await two.FindAsync(Key(key), CancellationToken.None);
            return found is not null;
        });
        return found!;
    }
}
