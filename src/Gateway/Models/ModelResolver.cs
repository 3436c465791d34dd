using Gateway.Failures;
using Gateway.Routing;
using Gateway.Upstream;

namespace Gateway.Models;

/// <summary>
/// From a requested model name to upstream model ids: an exact id wins, then <c>provider/model</c>, then the configured equivalents,
/// then whether an upstream accepts an id it does not list.
/// </summary>
internal sealed class ModelResolver(IReadOnlyDictionary<string, IReadOnlyList<string>> mapping, ModelCatalog catalog)
{
    private const string OtherLabel = "other";

    /// <summary>Resolves for the providers of one router and endpoint.</summary>
    /// <param name="balance">The providers.</param>
    /// <param name="requested">The model as the client wrote it.</param>
    /// <param name="namesProvider">Whether it must be <c>provider/model</c>.</param>
    /// <param name="mayUse">
    /// What the caller may use; null: everything. Asked for the id that a provider is to be asked for, so that no provider's name in front of it gets
    /// around the list; not for its configured equivalents, which the operator chose. Nothing else is said of a model, to the caller or to an upstream, before.
    /// </param>
    /// <param name="cancellation">Ends the wait for an upstream.</param>
    /// <returns>A model or a failure, never both.</returns>
    internal ValueTask<(ResolvedModel? Model, Failure? Failure)> ResolveAsync(
        EndpointBalance balance, string requested, bool namesProvider, Predicate<string>? mayUse, CancellationToken cancellation)
    {
        ResolvedModel? model = namesProvider ? null : Known(balance, requested);
        model ??= Prefixed(balance, requested);
        if (mayUse?.Invoke(model is null ? requested : model.UpstreamIds[0]) == false)
            return new((null, NotAllowed(requested)));
        if (model is null)
            return ResolveUnlistedAsync(balance, requested, namesProvider, mayUse, cancellation);
        return HasReplica(balance, model) ? new((model, null)) : AwaitReplicaAsync(balance, model, cancellation);
    }

    /// <summary>False only before the first addresses of a discovered provider are known, or when there are none.</summary>
    private static bool HasReplica(EndpointBalance balance, ResolvedModel model)
    {
        bool isEmpty = false;
        foreach (Provider provider in balance.Providers)
            isEmpty |= provider.Replicas.IsEmpty;
        return !isEmpty || HasReplicaOf(balance, model);
    }

    private static bool HasReplicaOf(EndpointBalance balance, ResolvedModel model) => balance.Providers.Any(provider => !provider.Replicas.IsEmpty &&
        (model.Pinned is null ? model.UpstreamIds.Any(provider.Serves) : model.Pinned == provider));

    private async ValueTask<(ResolvedModel?, Failure?)> AwaitReplicaAsync(EndpointBalance balance, ResolvedModel model, CancellationToken cancellation)
    {
        await catalog.FirstListingAsync(balance.Providers, cancellation);
        return (model, null);
    }

    private ResolvedModel? Known(EndpointBalance balance, string requested)
    {
        bool isMapped = mapping.TryGetValue(requested, out IReadOnlyList<string>? equivalents);
        bool isServed = Serves(balance, requested);
        if (!isMapped)
            return !isServed ? null : Lists(balance, requested) ? catalog.Resolved(requested) : new([requested], null, OtherLabel);
        return isServed || ServesAny(balance, equivalents!) ? new([requested, .. equivalents!], null, requested) : null;
    }

    private static bool ServesAny(EndpointBalance balance, IReadOnlyList<string> ids) => ids.Any(id => Serves(balance, id));

    private static bool Lists(EndpointBalance balance, string id)
    {
        foreach (Provider provider in balance.Providers)
        {
            if (provider.Lists(id))
                return true;
        }

        return false;
    }

    private static bool Serves(EndpointBalance balance, string id)
    {
        foreach (Provider provider in balance.Providers)
        {
            if (provider.Serves(id))
                return true;
        }

        return false;
    }

    private static ResolvedModel? Prefixed(EndpointBalance balance, string requested)
    {
        foreach (Provider provider in balance.Providers)
        {
            string name = provider.Name;
            if (requested.Length <= name.Length + 1 || !requested.StartsWith(name, StringComparison.Ordinal) || requested[name.Length] is not ('/' or ':'))
                continue;
            string id = requested[(name.Length + 1)..];
            return new([id], provider, provider.Lists(id) ? requested : OtherLabel);
        }

        return null;
    }

    private async ValueTask<(ResolvedModel?, Failure?)> ResolveUnlistedAsync(
        EndpointBalance balance, string requested, bool namesProvider, Predicate<string>? mayUse, CancellationToken cancellation)
    {
        if (balance.Providers.Length == 0)
            return (null, NotFound(balance, requested, mayUse, "no provider of this router has this endpoint"));
        if (namesProvider)
            return (null, NotFound(balance, requested, mayUse, "under /ai the model is written provider/model"));

        await catalog.FirstListingAsync(balance.Providers, cancellation);
        if (Known(balance, requested) is { } late)
            return (late, null);
        return await catalog.ConfirmAsync(balance.Providers, requested, cancellation) switch
        {
            true => (new([requested], null, OtherLabel), null),
            _ when !balance.Providers.Any(provider => provider.IsListed) => (null, NothingListed()),
            false => (null, NotFound(balance, requested, mayUse, null)),
            null => (null, NobodyToAsk()),
        };
    }

    private static Failure NothingListed() => new(FailureCode.NoHealthyReplica, "No upstream has listed its models yet: none is reachable.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static Failure NobodyToAsk() => new(FailureCode.NoHealthyReplica, "No replica lists this model, and none could be asked about it.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>For a model that is not on the caller's list.</summary>
    internal static Failure NotAllowed(string requested) =>
        new(FailureCode.ModelNotAllowed, $"This client key may not use the model '{NearMatches.Shorten(requested)}'.") { Param = "model" };

    private static Failure NotFound(EndpointBalance balance, string requested, Predicate<string>? mayUse, string? hint)
    {
        IReadOnlyList<string> near = NearMatches.Of(requested, balance.Providers.SelectMany(ModelCatalog.ListedBy).Where(id => mayUse is null || mayUse(id)));
        string message = $"The model '{NearMatches.Shorten(requested)}' does not exist or is not available here.";
        if (hint is not null)
            message += $" Note: {hint}.";
        if (near.Count > 0)
            message += $" Did you mean {string.Join(" or ", near.Select(id => $"'{id}'"))}?";
        return new(FailureCode.ModelNotFound, message) { Param = "model" };
    }
}
