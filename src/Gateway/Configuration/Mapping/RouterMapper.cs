using Gateway.Configuration.Reading;
using Gateway.Configuration.Schema;

namespace Gateway.Configuration.Mapping;

internal static class RouterMapper
{
    public const string DefaultRouter = "default";

    private static readonly (string Key, Endpoint Endpoint)[] Endpoints =
    [
        ("completions", Endpoint.Completions), ("embeddings", Endpoint.Embeddings), ("responses", Endpoint.Responses), ("messages", Endpoint.Messages),
    ];

    /// <summary>The routers in file order; <paramref name="providers"/> is every name under <c>providers</c>, in fallback order.</summary>
    public static IReadOnlyList<RouterOptions> Map(SectionReader routers, IReadOnlyList<string> providers, RouterDefaults defaults)
    {
        NameRules.Check(routers, "router");
        var all = new LoadBalanceOptions(BalancingStrategy.Fallback, providers);
        List<RouterOptions> result = [.. routers.Entries.Select(entry => MapOne(entry.Key, routers.Section(entry.Key), all, defaults))];
        if (!result.Exists(router => router.Name == DefaultRouter))
            result.Insert(0, MapOne(DefaultRouter, routers.Section(DefaultRouter), all, defaults));

        return result;
    }

    private static RouterOptions MapOne(string name, SectionReader router, LoadBalanceOptions all, RouterDefaults defaults)
    {
        SectionReader balance = router.Section("load-balance");
        Dictionary<Endpoint, LoadBalanceOptions> perEndpoint = [];
        foreach ((string key, Endpoint endpoint) in Endpoints)
        {
            if (balance.Has(key))
                perEndpoint[endpoint] = MapBalance(balance.Section(key), all);
        }

        return new RouterOptions
        {
            Name = name,
            Default = MapBalance(balance.Section("chat"), all),
            PerEndpoint = perEndpoint,
            Keepalive = router.Has("keepalive") ? KeepaliveMapper.Map(router.Section("keepalive"), defaults.Keepalive) : null,
            Retries = RetryMapper.Map(router.Section("retries"), defaults.Retries),
            Hedging = HedgingMapper.Map(router.Section("hedging"), defaults.Hedging),
            MidStream = MidStreamMapper.Map(router, defaults.MidStream),
        };
    }

    private static LoadBalanceOptions MapBalance(SectionReader balance, LoadBalanceOptions all)
    {
        foreach ((ConfigScalar item, string path) in balance.Items("providers"))
        {
            if (all.Providers.Contains(item.Text))
                continue;

            string? near = Suggestion.Nearest(item.Text, all.Providers);
            string fix = near is null ? $"use one of {string.Join(", ", all.Providers.Select(Quoted.Key))}" : $"did you mean {Quoted.Text(near)}?";
            balance.Context.Report(item.Source, path, $"no provider is named {Quoted.Text(item.Raw)}", fix);
        }

        IReadOnlyList<string> providers = balance.DistinctTexts("providers", StringComparer.Ordinal);
        BalancingStrategy strategy = balance.Text("strategy") switch
        {
            "round-robin" => BalancingStrategy.RoundRobin,
            "least-requests" => BalancingStrategy.LeastRequests,
            _ => BalancingStrategy.Fallback,
        };
        return new LoadBalanceOptions(strategy, providers.Count > 0 ? providers : all.Providers);
    }
}
