using System.Globalization;

namespace Gateway.Caching.Store;

/// <summary>A purge's name in Redis: the same for the same filter. <c>all</c>, or the model's length in characters or <c>-</c>, the model, and <c>+</c> with the key id or <c>-</c>.</summary>
internal static class PurgeField
{
    /// <summary>The number of the newest purge, beside its own key: without both, purges were lost.</summary>
    internal const string Last = "last";

    /// <summary>Redis lost purges, so what it holds from before is not to be believed.</summary>
    internal const string Floor = "floor";

    internal const string All = "all";

    internal static string Of(in PurgeFilter filter)
    {
        if (filter.Model is null && filter.KeyId is null)
            return All;
        string key = filter.KeyId is null ? "-" : "+" + filter.KeyId;
        return filter.Model is null ? "-" + key : string.Create(CultureInfo.InvariantCulture, $"{filter.Model.Length}:{filter.Model}{key}");
    }

    /// <returns>Whether it names a purge of entries.</returns>
    internal static bool TryParse(string field, out PurgeFilter filter)
    {
        filter = default;
        if (field == All)
            return true;
        string? model = null;
        int end = 1;
        if (!field.StartsWith('-'))
        {
            int colon = field.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !int.TryParse(field.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > field.Length - colon - 2)
                return false;
            end = colon + 1 + length;
            model = field[(colon + 1)..end];
        }

        if (end >= field.Length || (field[end] == '-' && (model is null || field.Length > end + 1)) || field[end] is not ('-' or '+'))
            return false;
        filter = new PurgeFilter(model, field[end] == '+' ? field[(end + 1)..] : null);
        return true;
    }
}
