using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class RetryAndHedgingTests
{
    private const string Full = """
        providers: {a: {type: dynamo, base-url: http://a:8000}}
        retries: {max-attempts: 5, backoff: 0, max-backoff: 1s, max-retry-after: 0, budget: 10%, on-context-length: fallback}
        hedging: {delay: p99.9, min-delay: 80ms, max-hedges: 2, budget: 0.5%, unary: true}
        mid-stream: resume
        routers:
          plain: {}
          own:
            retries: {max-attempts: 1, on-context-length: fail}
            hedging: {delay: 250ms, unary: false}
            mid-stream: error
          unhedged: {hedging: {delay: off}}
        """;

    private static readonly RetryOptions Retries = new()
    {
        MaxAttempts = 5,
        Backoff = TimeSpan.Zero,
        MaxBackoff = TimeSpan.FromSeconds(1),
        MaxRetryAfter = TimeSpan.Zero,
        Budget = 0.1,
        FallBackOnContextLength = true,
    };

    private static readonly HedgingOptions Hedging = new()
    {
        Delay = new(null, 99.9 / 100),
        MinDelay = TimeSpan.FromMilliseconds(80),
        MaxHedges = 2,
        Budget = 0.5 / 100,
        Unary = true,
    };

    [Fact]
    public void Load_GlobalSections_MapEveryValue()
    {
        GatewayOptions options = Load.Yaml(Full).Options();

        Assert.Equal((Retries, Hedging, MidStreamMode.Resume), (options.Retries, options.Hedging, options.MidStream));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("plain")]
    public void Load_RouterWithoutItsOwn_HasTheGlobalOnes(string name)
    {
        RouterOptions router = Router(name);

        Assert.Equal((Retries, Hedging, MidStreamMode.Resume), (router.Retries, router.Hedging, router.MidStream));
    }

    [Fact]
    public void Load_RouterWithItsOwn_OverridesKeyByKey()
    {
        RouterOptions router = Router("own");

        Assert.Equal(Retries with { MaxAttempts = 1, FallBackOnContextLength = false }, router.Retries);
        Assert.Equal(Hedging with { Delay = new(TimeSpan.FromMilliseconds(250), 0), Unary = false }, router.Hedging);
        Assert.Equal(MidStreamMode.Error, router.MidStream);
    }

    [Fact]
    public void Load_RouterWithDelayOff_IsNotHedged() => Assert.Equal(Hedging with { Delay = null }, Router("unhedged").Hedging);

    [Fact]
    public void Load_NothingSaid_HedgesNotAndEndsBrokenStreams()
    {
        GatewayOptions options = Load.Yaml(Load.Minimal).Options();

        Assert.Equal((new RetryOptions(), new HedgingOptions(), MidStreamMode.Error), (options.Retries, options.Hedging, options.MidStream));
        Assert.Null(options.Routers[0].Hedging.Delay);
    }

    [Fact]
    public void Load_Overrides_ReachIntoTheSections()
    {
        GatewayOptions options = Load.Yaml(Load.Minimal).With("GATEWAY__HEDGING__DELAY", "p95").Set("routers.r.retries.budget", "50%").Options();

        Assert.Equal(0.95, options.Hedging.Delay?.Quantile);
        Assert.Equal([0.2, 0.5], options.Routers.Select(router => router.Retries.Budget));
    }

    [Theory]
    [InlineData("base-url: http://dynamo.svc:8000, discover: dns", true)]
    [InlineData("base-urls: [http://dynamo.svc:8000], discover: dns", true)]
    [InlineData("base-url: http://dynamo.svc:8000", false)]
    public void Load_Discover_IsPerProvider(string keys, bool expected) =>
        Assert.Equal(expected, Load.Yaml($"providers:\n  a: {{type: dynamo, {keys}}}\n").Options().Providers[0].DiscoversByDns);

    private static RouterOptions Router(string name) => Load.Yaml(Full).Options().Routers.Single(router => router.Name == name);
}
