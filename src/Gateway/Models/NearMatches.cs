namespace Gateway.Models;

/// <summary>Finds the model ids a client may have meant.</summary>
internal static class NearMatches
{
    private const int MaxShown = 3;
    private const int MaxLength = 128;

    /// <summary>At most three ids, nearest first; those that share the last part of the name, or are a few edits away.</summary>
    internal static IReadOnlyList<string> Of(string requested, IEnumerable<string> ids)
    {
        string wanted = Shorten(requested).ToUpperInvariant();
        return [.. ids.Distinct(StringComparer.Ordinal)
            .Select(id => new Match(id, Distance(wanted, id.ToUpperInvariant())))
            .Where(match => match.Distance <= Math.Max(3, wanted.Length / 3))
            .OrderBy(match => match.Distance)
            .Take(MaxShown)
            .Select(match => match.Id)];
    }

    /// <summary>Bounds client text that is shown again.</summary>
    internal static string Shorten(string text) => text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");

    /// <summary>Levenshtein distance, or 1 where one name holds the other's last part.</summary>
    private static int Distance(string a, string b)
    {
        if (LastPart(a).Length > 3 && b.EndsWith(LastPart(a), StringComparison.Ordinal))
            return 1;
        Span<int> row = stackalloc int[MaxLength + 2];
        b = b.Length > MaxLength ? b[..MaxLength] : b;
        for (int j = 0; j <= b.Length; j++)
            row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }

    private sealed record Match(string Id, int Distance);

    private static string LastPart(string id) => id[(id.LastIndexOfAny(['/', ':']) + 1)..];
}
