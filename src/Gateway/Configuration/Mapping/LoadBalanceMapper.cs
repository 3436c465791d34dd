using System.Globalization;
using Gateway.Configuration.Reading;
using Gateway.Configuration.Schema;

namespace Gateway.Configuration.Mapping;

internal static class LoadBalanceMapper
{
    /// <summary>Maps one endpoint's entry; absent keys are taken from <paramref name="all"/>.</summary>
    /// <param name="balance">The entry.</param>
    /// <param name="all">Every provider, in fallback order.</param>
    public static LoadBalanceOptions Map(SectionReader balance, LoadBalanceOptions all)
    {
        BalancingStrategy strategy = balance.Text("strategy") switch
        {
            "round-robin" => BalancingStrategy.RoundRobin,
            "weighted" => BalancingStrategy.Weighted,
            "least-requests" => BalancingStrategy.LeastRequests,
            "latency" => BalancingStrategy.Latency,
            "prefix-affinity" => BalancingStrategy.PrefixAffinity,
            _ => BalancingStrategy.Priority,
        };
        List<WeightedProvider> providers = [];
        foreach ((ConfigNode item, SectionReader section) in balance.Elements("providers"))
        {
            (ConfigScalar? name, string path) = item is ConfigScalar plain ? (plain, section.Path) : (section.Scalar("name"), section.PathOf("name"));
            double weight = WeightOf(section, strategy);
            if (name is { IsBroken: false } && IsNew(name, path, providers, all, balance.Context))
                providers.Add(new WeightedProvider(name.Text, weight));
        }

        return new LoadBalanceOptions(strategy, providers.Count > 0 ? providers : all.Providers);
    }

    private static double WeightOf(SectionReader section, BalancingStrategy strategy)
    {
        if (section.Scalar("weight") is not { } written)
            return 1;
        if (strategy != BalancingStrategy.Weighted)
            section.Report("weight", "only the strategy `weighted` has weights", "set `strategy: weighted`, or remove the weight");
        return double.TryParse(written.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight) && weight > 0 ? weight : 1;
    }

    private static bool IsNew(ConfigScalar name, string path, List<WeightedProvider> providers, LoadBalanceOptions all, LoadContext context)
    {
        if (!all.Providers.Any(provider => provider.Name == name.Text))
        {
            string[] known = [.. all.Providers.Select(provider => provider.Name)];
            string? near = Suggestion.Nearest(name.Text, known);
            string fix = near is null ? $"use one of {string.Join(", ", known.Select(Quoted.Key))}" : $"did you mean {Quoted.Text(near)}?";
            context.Report(name.Source, path, $"no provider is named {Quoted.Text(name.Raw)}", fix);
            return false;
        }

        if (!providers.Exists(provider => provider.Name == name.Text))
            return true;
        context.Report(name.Source, path, $"{Quoted.Text(name.Raw)} is listed twice", "remove one of the two");
        return false;
    }
}
