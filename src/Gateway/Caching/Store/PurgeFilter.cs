namespace Gateway.Caching.Store;

/// <summary>Which entries are to go. Both null: all of them.</summary>
/// <param name="Model">Entries whose model, as the client named it or as the upstream knows it, is this.</param>
/// <param name="KeyId">Entries that were made for this client key.</param>
internal readonly record struct PurgeFilter(string? Model, string? KeyId)
{
    internal bool Matches(CachedAnswer answer) =>
        (Model is null || answer.Model == Model || answer.UpstreamModel == Model) && (KeyId is null || answer.KeyId == KeyId);
}
