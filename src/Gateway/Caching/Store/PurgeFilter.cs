namespace Gateway.Caching.Store;

/// <summary>Which entries are to go. Both null: all of them.</summary>
/// <param name="Model">Entries whose model, as the client named it or as the upstream knows it, is this.</param>
/// <param name="KeyId">Entries that were made for this client key.</param>
internal readonly record struct PurgeFilter(string? Model, string? KeyId)
{
    internal bool Matches(CachedAnswer answer) => Matches(answer.Model, answer.UpstreamModel, answer.KeyId);

    internal bool Matches(string model, string upstreamModel, string? keyId) =>
        (Model is null || model == Model || upstreamModel == Model) && (KeyId is null || keyId == KeyId);
}
