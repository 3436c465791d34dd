namespace Gateway.Configuration.Mapping;

internal static class RouterMapper
{
    public const string DefaultRouter = "default";

    private static readonly (string Key, Endpoint Endpoint)[] Endpoints =
    [
        ("completions", Endpoint.Completions), ("embeddings", Endpoint.Embeddings), ("responses", Endpoint.Responses), ("messages", Endpoint.Messages),
        ("messages", Endpoint.CountTokens), ("audio", Endpoint.Speech), ("audio", Endpoint.Transcriptions), ("audio", Endpoint.Translations),
        ("images", Endpoint.Images),
    ];

    /// <summary>The routers in file order; <paramref name="providers"/> is every name under <c>providers</c>, in fallback order.</summary>
    public static IReadOnlyList<RouterOptions> Map(SectionReader routers, IReadOnlyList<string> providers, RouterDefaults defaults)
    {
        NameRules.Check(routers, "router");
        var all = new LoadBalanceOptions(BalancingStrategy.Priority, [.. providers.Select(name => new WeightedProvider(name))]);
        List<RouterOptions> result = [.. routers.Entries.Select(entry => MapOne(entry.Key, routers.Section(entry.Key), all, defaults))];
        if (!result.Exists(router => router.Name == DefaultRouter))
            result.Insert(0, MapOne(DefaultRouter, routers.Section(DefaultRouter), all, defaults));

        return result;
    }

    private static RouterOptions MapOne(string name, SectionReader router, LoadBalanceOptions all, RouterDefaults defaults)
    {
        SectionReader balance = router.Section("load-balance");
        Dictionary<Endpoint, LoadBalanceOptions> perEndpoint = [];
        Dictionary<string, LoadBalanceOptions> byKey = [];
        foreach ((string key, Endpoint endpoint) in Endpoints)
        {
            if (!balance.Has(key))
                continue;
            // Once for each key, or its errors would be said once for each endpoint.
            if (!byKey.TryGetValue(key, out LoadBalanceOptions? options))
                byKey[key] = options = LoadBalanceMapper.Map(balance.Section(key), all);
            perEndpoint[endpoint] = options;
        }

        return new RouterOptions
        {
            Name = name,
            Default = LoadBalanceMapper.Map(balance.Section("chat"), all),
            PerEndpoint = perEndpoint,
            Keepalive = router.Has("keepalive") ? KeepaliveMapper.Map(router.Section("keepalive"), defaults.Keepalive) : null,
            Retries = RetryMapper.Map(router.Section("retries"), defaults.Retries),
            Hedging = HedgingMapper.Map(router.Section("hedging"), defaults.Hedging),
            MidStream = MidStreamMapper.Map(router, defaults.MidStream),
            Cache = CacheMapper.Map(router.Section("cache"), defaults.Cache),
            RateLimit = LimitMapper.Map(router),
        };
    }
}
