using Gateway.Configuration;
using Gateway.Upstream;

namespace Gateway.Models;

/// <summary>One replica's <c>GET /v1/models</c>: what it serves and, unless it has a health path, whether it is well.</summary>
internal sealed class ReplicaListing(Replica replica)
{
    private readonly Provider _provider = replica.Provider;

    /// <summary>Whether a listing tells something: which models there are, or that a Dynamo frontend has workers for the configured ones.</summary>
    internal static bool IsUseful(Provider provider) => provider.StaticModels is null || (IsProbe(provider) && ListsReadyModelsOnly(provider));

    /// <summary>Whether the listing decides about the replica's health. Not every gateway of Azure's shape has a listing, and deployments answer without it.</summary>
    internal static bool IsProbe(Provider provider) => provider.Options.Health.Path is null && provider.Options.Type != ProviderType.AzureOpenAi;

    /// <summary>Asks once.</summary>
    /// <returns>Whether the replica is well.</returns>
    internal async ValueTask<bool> RefreshAsync(CancellationToken cancellation)
    {
        (int status, byte[] body) = await UpstreamQuery.GetAsync(replica, replica.Provider.Dialect.ListingPath, cancellation);
        IReadOnlyList<string>? ids = status == 200 ? ModelListing.Parse(body) : null;
        if (ids is null)
            return false;
        bool isWell = IsWell(ids);
        // A frontend that lost its workers keeps its models until it is unhealthy: they may be back by then.
        if (isWell || replica.Listed is null || !IsProbe(_provider) || replica.Health.IsUnhealthy)
            Take(ids);
        return isWell;
    }

    private bool IsWell(IReadOnlyList<string> ids) =>
        !ListsReadyModelsOnly(_provider) || (_provider.StaticModels is { } wanted ? ids.Any(wanted.Contains) : ids.Count > 0);

    private void Take(IReadOnlyList<string> ids)
    {
        var set = ModelListing.ToSet(ids, replica.Listed);
        if (set != replica.Listed)
            replica.SetListed(set, ids);
    }

    /// <summary>Dynamo lists a model while a complete set of workers serves it, and calls itself healthy without any.</summary>
    private static bool ListsReadyModelsOnly(Provider provider) => provider.Options.Type is ProviderType.Dynamo or ProviderType.Simulator;
}
