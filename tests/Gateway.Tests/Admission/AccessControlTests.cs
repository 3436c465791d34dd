using Gateway.Admission;
using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Routing;
using Gateway.Upstream;
using Gateway.Upstream.Hedging;
using Microsoft.AspNetCore.Http;
using TestKit.Clocks;

namespace Gateway.Tests.Admission;

public sealed class AccessControlTests
{
    private static readonly ManualTimeProvider Time = new();

    private static readonly Dictionary<string, Router> Routers = new(StringComparer.Ordinal) { ["default"] = NewRouter("default"), ["production"] = NewRouter("production") };

    private static readonly AccessControl Keyed = new(
        new AuthOptions { Keys = [Key("all"), Key("one") with { Routers = ["production"] }] }, Routers, Time);

    [Theory]
    [InlineData("all", "default", null)]
    [InlineData("all", "production", null)]
    [InlineData("all", "nowhere", FailureCode.RouterNotFound)]
    [InlineData("one", "production", null)]
    [InlineData("one", "default", FailureCode.RouterNotAllowed)]
    [InlineData("one", "Production", FailureCode.RouterNotAllowed)]
    [InlineData("one", "nowhere", FailureCode.RouterNotAllowed)]
    public void Decide_KnownKey_IsAboutItsRouters(string id, string router, object? failure)
    {
        AccessDecision decision = Keyed.Decide(new HeaderDictionary { ["api-key"] = id + "-key" }, router);

        Assert.Equal(failure, decision.Failure?.Code);
        Assert.Equal(failure is null ? router : null, decision.Router?.Name);
        Assert.Equal(id, decision.Key?.Id);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("nowhere")]
    public void Decide_UnknownKey_LearnsOfNoRouter(string router)
    {
        AccessDecision decision = Keyed.Decide(new HeaderDictionary { ["api-key"] = "other" }, router);

        Assert.Equal(FailureCode.InvalidApiKey, decision.Failure?.Code);
        Assert.True(decision is { Key: null, Router: null });
    }

    [Fact]
    public void Decide_WithoutKeys_IsOpen()
    {
        AccessControl open = new(new AuthOptions(), Routers, Time);

        Assert.Same(ClientKey.Anyone, open.Decide(new HeaderDictionary(), "default").Key);
        Assert.Equal("production", open.Decide(new HeaderDictionary(), "production").Router?.Name);
        Assert.Equal(FailureCode.RouterNotFound, open.Decide(new HeaderDictionary(), "nowhere").Failure?.Code);
    }

    private static ClientKeyOptions Key(string id) => new() { Id = id, Hash = KeyHash.Of(id + "-key") };

    private static Router NewRouter(string name)
    {
        RouterOptions options = new() { Name = name, Default = new LoadBalanceOptions(BalancingStrategy.Priority, []) };
        return new(options, new GatewayOptions { Providers = [], Routers = [] }, new Dictionary<string, Provider>(), new ContentTimesRegistry(Time), Time, new Random(1));
    }
}
