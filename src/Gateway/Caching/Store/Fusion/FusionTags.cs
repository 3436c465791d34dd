namespace Gateway.Caching.Store.Fusion;

/// <summary>Each filter that can meet an answer is a tag of it, so that a purge by model and key is one tag too.</summary>
internal static class FusionTags
{
    internal static string[] Of(CachedAnswer answer)
    {
        List<string> tags = [Name(answer.Model, null)];
        bool hasTwoNames = answer.UpstreamModel != answer.Model;
        if (hasTwoNames)
            tags.Add(Name(answer.UpstreamModel, null));
        if (answer.KeyId is { } key)
        {
            tags.Add(Name(null, key));
            tags.Add(Name(answer.Model, key));
            if (hasTwoNames)
                tags.Add(Name(answer.UpstreamModel, key));
        }

        return [.. tags];
    }

    /// <returns>Null: everything.</returns>
    internal static string? Of(in PurgeFilter filter) => filter.Model is null && filter.KeyId is null ? null : Name(filter.Model, filter.KeyId);

    private static string Name(string? model, string? key) =>
        PurgeField.Of(new PurgeFilter(model, key));
}
