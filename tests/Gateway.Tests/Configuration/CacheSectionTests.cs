using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class CacheSectionTests
{
    [Fact]
    public void Cache_AllKeys_AreMapped()
    {
        CacheOptions cache = Yaml("{enabled: true, ttl: 5m, max-size: 2MiB, max-entry: 3KiB, when: always, scope: shared, fail-safe: 2h, soft-timeout: 1s, eager-refresh: 80%, "
            + "replay: 50 chunks/s, engine: memory, redis: 'rediss://me:${PASSWORD}@cache:7000/2', redis-timeout: 30ms}").With("PASSWORD", "s3cret").Options().Cache;

        Assert.Equal((true, TimeSpan.FromMinutes(5), 2L << 20, 3L << 10), (cache.Enabled, cache.Ttl, cache.MaxSize, cache.MaxEntry));
        Assert.Equal((CacheWhen.Always, CacheScope.Shared, CacheEngine.Memory), (cache.When, cache.Scope, cache.Engine));
        Assert.Equal((TimeSpan.FromHours(2), TimeSpan.FromSeconds(1), (double?)0.8, (double?)50), (cache.FailSafe, cache.SoftTimeout, cache.EagerRefresh, cache.ReplayPace));
        Assert.Equal(("cache", 7000, true, "me", "s3cret", 2), (cache.Redis!.Host, cache.Redis.Port, cache.Redis.UseTls, cache.Redis.User, cache.Redis.Password?.Reveal(), cache.Redis.Database));
        Assert.Equal(TimeSpan.FromMilliseconds(30), cache.RedisTimeout);
        Assert.DoesNotContain("s3cret", $"{cache}", StringComparison.Ordinal);
    }

    [Fact]
    public void Cache_Absent_IsOffWithTheDocumentedDefaults()
    {
        CacheOptions cache = Load.Yaml(Load.Minimal).Options().Cache;

        Assert.Equal(new CacheOptions(), cache);
        Assert.Equal((false, TimeSpan.FromHours(1), 256L << 20, 1L << 20), (cache.Enabled, cache.Ttl, cache.MaxSize, cache.MaxEntry));
        Assert.Equal((CacheWhen.Deterministic, CacheScope.Key, CacheEngine.Memory), (cache.When, cache.Scope, cache.Engine));
        Assert.Equal((TimeSpan.FromHours(24), TimeSpan.Zero, (double?)null, (double?)null), (cache.FailSafe, cache.SoftTimeout, cache.EagerRefresh, cache.ReplayPace));
        Assert.Equal(TimeSpan.FromMilliseconds(20), cache.RedisTimeout);
        Assert.Null(cache.Redis);
    }

    [Theory]
    [InlineData("fail-safe: off, soft-timeout: off, eager-refresh: off, replay: immediate", 0, 0, null, null)]
    [InlineData("fail-safe: 1s, soft-timeout: 2s, eager-refresh: 1%, replay: 0.5 chunks/s", 1, 2, 0.01, 0.5)]
    public void Cache_OffAndOn_AreUnderstood(string keys, int failSafe, int softTimeout, double? eagerRefresh, double? pace)
    {
        CacheOptions cache = Yaml($"{{enabled: true, {keys}}}").Options().Cache;

        Assert.Equal((TimeSpan.FromSeconds(failSafe), TimeSpan.FromSeconds(softTimeout), eagerRefresh, pace), (cache.FailSafe, cache.SoftTimeout, cache.EagerRefresh, cache.ReplayPace));
    }

    [Fact]
    public void Router_OverridesKeyByKey_TheRestIsInherited()
    {
        IReadOnlyList<RouterOptions> routers = Load.Yaml($$$"""
            {{{Load.Minimal}}}cache: {enabled: true, ttl: 5m, when: always, max-entry: 2KiB, redis: 'redis://cache'}
            routers:
              one: {cache: {enabled: false}}
              two: {cache: {ttl: 1m, scope: router, replay: 10 chunks/s, max-entry: 4KiB}}
              three: {}
            """).Options().Routers;
        CacheOptions one = Of("one");
        CacheOptions two = Of("two");

        Assert.Equal((false, TimeSpan.FromMinutes(5), CacheWhen.Always), (one.Enabled, one.Ttl, one.When));
        Assert.Equal((true, TimeSpan.FromMinutes(1), CacheWhen.Always, CacheScope.Router), (two.Enabled, two.Ttl, two.When, two.Scope));
        Assert.Equal(((double?)10, 4L << 10), (two.ReplayPace, two.MaxEntry));
        Assert.Equal((true, TimeSpan.FromMinutes(5), 2L << 10), (Of("three").Enabled, Of("three").Ttl, Of("three").MaxEntry));

        CacheOptions Of(string name) => routers.Single(router => router.Name == name).Cache;
    }

    [Fact]
    public void Redis_Url_IsASecret() =>
        Assert.Equal("***", Assert.Single(Yaml("{enabled: true, redis: 'redis://:PLANTED@cache'}").Result().Values, value => value.Path == "cache.redis").Text);

    [Theory]
    [InlineData("{redis: 'http://PLANTED'}", "cache.redis", "not a Redis URL — write redis://")]
    [InlineData("{redis: 'redis://PLANTED@cache'}", "cache.redis", "a user without a password")]
    [InlineData("{redis: ''}", "cache.redis", "not a Redis URL")]
    [InlineData("{engine: redis}", "cache.engine", "memory")]
    [InlineData("{redis-timeout: x}", "cache.redis-timeout", "duration")]
    [InlineData("{replay: fast}", "cache.replay", "write immediate, or a pace up to 10000 chunks/s")]
    [InlineData("{replay: 0 chunks/s}", "cache.replay", "write immediate, or a pace")]
    [InlineData("{replay: 10001 chunks/s}", "cache.replay", "write immediate, or a pace")]
    [InlineData("{eager-refresh: 100%}", "cache.eager-refresh", "below 100%")]
    [InlineData("{when: sometimes}", "cache.when", "deterministic")]
    [InlineData("{scope: all}", "cache.scope", "shared")]
    [InlineData("{max-entry: 1KB}", "cache.max-entry", "not a size")]
    [InlineData("{max-entry: 1}", "cache.max-entry", "KiB")]
    [InlineData("{max-size: 1KiB}", "cache.max-size", "MiB")]
    [InlineData("{time-to-live: 1h}", "cache.time-to-live", "unknown")]
    public void Cache_Nonsense_IsAnErrorWithAFixAndNoSecret(string section, string path, string expected) => AssertError(Yaml(section), path, expected);

    /// <summary>Where answers are kept is one place for the process.</summary>
    [Theory]
    [InlineData("redis: 'redis://cache'")]
    [InlineData("redis-timeout: 1s")]
    [InlineData("engine: memory")]
    [InlineData("max-size: 2MiB")]
    public void Router_SaysWhereAnswersAreKept_IsAnError(string key) =>
        AssertError(Load.Yaml($"{Load.Minimal}routers: {{one: {{cache: {{{key}}}}}}}\n"), $"routers.one.cache.{key.Split(':')[0]}", "unknown");

#if FUSIONCACHE
    [Fact]
    public void Engine_FusionInABuildThatHoldsIt_IsTaken() => Assert.Equal(CacheEngine.Fusion, Yaml("{enabled: true, engine: fusion}").Options().Cache.Engine);
#else
    [Fact]
    public void Engine_FusionInABuildWithoutIt_IsAnErrorThatNamesTheBuild() => AssertError(Yaml("{enabled: true, engine: fusion}"), "cache.engine", "-p:FusionCache=true");
#endif

    private static void AssertError(Load load, string path, string expected)
    {
        string error = load.Error().ToString();
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("PLANTED", error, StringComparison.Ordinal);
    }

    private static Load Yaml(string section) => Load.Yaml($"{Load.Minimal}cache: {section}\n");
}
