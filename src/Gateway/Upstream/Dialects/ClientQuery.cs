namespace Gateway.Upstream.Dialects;

/// <summary>What of a client's query goes on: all but what was meant for the gateway itself, as the Azure mode of an SDK sends it.</summary>
internal static class ClientQuery
{
    /// <summary>A version of whose API the upstream has never heard, and a credential.</summary>
    private static readonly string[] Own = ["api-version", "api-key"];

    /// <param name="query">With its question mark, or empty.</param>
    /// <returns>With its question mark, or empty.</returns>
    internal static string Forwarded(string query)
    {
        if (query.Length <= 1)
            return "";
        string[] pairs = query[1..].Split('&');
        string[] kept = Array.FindAll(pairs, static pair => !IsOwn(pair));
        if (kept.Length == pairs.Length)
            return query;
        return kept.Length == 0 ? "" : "?" + string.Join('&', kept);
    }

    private static bool IsOwn(string pair)
    {
        int end = pair.IndexOf('=', StringComparison.Ordinal);
        string name = Uri.UnescapeDataString(end < 0 ? pair : pair[..end]);
        return Array.Exists(Own, own => own.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
