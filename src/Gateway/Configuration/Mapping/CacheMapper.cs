using System.Globalization;
using Gateway.Configuration.Schema;
using Gateway.Redis;

namespace Gateway.Configuration.Mapping;

internal static class CacheMapper
{
    private const string PerSecond = "chunks/s";
    private const double FastestPace = 10_000;

    /// <summary>Keys that are not given fall back to <paramref name="inherited"/>.</summary>
    public static CacheOptions Map(SectionReader cache, CacheOptions inherited) => new()
    {
        Enabled = cache.Boolean("enabled", inherited.Enabled),
        Ttl = cache.Duration("ttl", inherited.Ttl),
        MaxSize = cache.Size("max-size", inherited.MaxSize),
        MaxEntry = cache.Size("max-entry", inherited.MaxEntry),
        When = cache.Text("when") switch
        {
            "deterministic" => CacheWhen.Deterministic,
            "always" => CacheWhen.Always,
            "request" => CacheWhen.Request,
            _ => inherited.When,
        },
        Scope = cache.Text("scope") switch
        {
            "key" => CacheScope.Key,
            "router" => CacheScope.Router,
            "shared" => CacheScope.Shared,
            _ => inherited.Scope,
        },
        FailSafe = cache.Duration("fail-safe", inherited.FailSafe),
        SoftTimeout = cache.Duration("soft-timeout", inherited.SoftTimeout),
        EagerRefresh = MapEagerRefresh(cache, inherited.EagerRefresh),
        ReplayPace = MapReplay(cache, inherited.ReplayPace),
        Engine = MapEngine(cache, inherited.Engine),
        Redis = MapRedis(cache, inherited.Redis),
        RedisTimeout = cache.Duration("redis-timeout", inherited.RedisTimeout),
    };

    private static double? MapEagerRefresh(SectionReader cache, double? inherited)
    {
        if (cache.Text("eager-refresh") is not { } text)
            return inherited;
        if (text is "off" or "0")
            return null;
        if (ShareText.Parse(text, out double share) is null && share is > 0 and < 1)
            return share;
        cache.Report("eager-refresh", "is neither a share of the time to live nor off", "write a percentage above 0% and below 100%, as in 80%, or off");
        return null;
    }

    private static CacheEngine MapEngine(SectionReader cache, CacheEngine inherited)
    {
        if (cache.Text("engine") is not { } engine)
            return inherited;
        if (engine != "fusion")
            return CacheEngine.Memory;
#if !FUSIONCACHE
        cache.Report("engine", "is not in this build", "write memory, or build the gateway with -p:FusionCache=true");
#endif
        return CacheEngine.Fusion;
    }

    private static RedisAddress? MapRedis(SectionReader cache, RedisAddress? inherited)
    {
        if (cache.Text("redis") is not { } text)
            return inherited;
        if (RedisAddress.Parse(text.Trim(), out RedisAddress? address) is var (problem, fix))
            cache.Report("redis", problem, fix);
        return address;
    }

    private static double? MapReplay(SectionReader cache, double? inherited)
    {
        if (cache.Text("replay") is not { } text)
            return inherited;
        if (text == "immediate")
            return null;
        bool hasUnit = text.EndsWith(PerSecond, StringComparison.Ordinal);
        if (hasUnit && double.TryParse(text.AsSpan()[..^PerSecond.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double pace) && pace is > 0 and <= FastestPace)
            return pace;
        cache.Report("replay", "is neither immediate nor a pace", "write immediate, or a pace up to 10000 chunks/s, as in 50 chunks/s");
        return null;
    }
}
