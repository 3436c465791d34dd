namespace Gateway.Configuration.Schema;

/// <summary>"Did you mean": the nearest known name by edit distance.</summary>
internal static class Suggestion
{
    /// <summary>Names are short; longer input is no typing error.</summary>
    private const int Longest = 64;

    /// <returns>Null when nothing is near enough to be meant.</returns>
    public static string? Nearest(string text, IEnumerable<string> candidates)
    {
        if (text.Length is 0 or > Longest)
            return null;

        string normal = Normalise(text);
        (string? Name, int Distance) best = (null, int.MaxValue);
        foreach (string candidate in candidates)
        {
            int distance = Distance(normal, Normalise(candidate));
            if (distance < best.Distance)
                best = (candidate, distance);
        }

        return best.Distance < text.Length && best.Distance <= Math.Max(1, text.Length / 3) ? best.Name : null;
    }

    /// <summary><c>base_url</c>, <c>baseUrl</c> and <c>base-url</c> are one name here.</summary>
    private static string Normalise(string text) => text.ToLowerInvariant().Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            cost[0, j] = j;

        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replaced, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[a.Length, b.Length];
    }
}
