namespace Gateway.Load.Answers;

/// <summary>Compares the chunks of an answer with the text they must make up.</summary>
internal static class ContentCheck
{
    /// <param name="chunks">As they came.</param>
    /// <param name="expected">What they must be, joined.</param>
    /// <param name="whole">False: the answer failed or was cancelled; then a missing end is no loss.</param>
    public static ContentDifference Compare(IReadOnlyList<string> chunks, string expected, bool whole)
    {
        ContentDifference found = default;
        List<string> missing = [];
        int at = 0;
        for (int i = 0; i < chunks.Count; i++)
        {
            string chunk = chunks[i];
            if (StartsAt(expected, at, chunk))
            {
                at += chunk.Length;
            }
            else if (missing.Remove(chunk))
            {
                // It was taken for lost when a later one came first.
                found = found with { Lost = found.Lost - 1, Reordered = found.Reordered + 1 };
            }
            else if (IsRepeat(chunks, i))
            {
                found = found with { Doubled = found.Doubled + 1 };
            }
            else if (NextPlace(chunks, i, expected, at) is { } place)
            {
                found = found with { Lost = found.Lost + 1 };
                missing.Add(expected[at..place]);
                at = place + chunk.Length;
            }
            else
            {
                found = found with { Altered = found.Altered + 1 };
                at = Math.Min(expected.Length, at + chunk.Length);
            }
        }

        bool endIsMissing = whole && at < expected.Length && found.Altered == 0;
        return endIsMissing ? found with { Lost = found.Lost + 1 } : found;
    }

    private static bool StartsAt(string expected, int at, string chunk) =>
        at + chunk.Length <= expected.Length && expected.AsSpan(at, chunk.Length).SequenceEqual(chunk);

    /// <summary>The chunk again, where the text does not say it twice.</summary>
    private static bool IsRepeat(IReadOnlyList<string> chunks, int i) => i > 0 && chunks[i - 1] == chunks[i];

    /// <summary>Where the text goes on with this chunk and, so that a common word proves nothing, the one after it.</summary>
    private static int? NextPlace(IReadOnlyList<string> chunks, int i, string expected, int at)
    {
        string chunk = chunks[i];
        for (int place = at; (place = expected.IndexOf(chunk, place, StringComparison.Ordinal)) >= 0; place++)
        {
            int after = place + chunk.Length;
            bool nextFits = i + 1 == chunks.Count
                ? after == expected.Length
                : StartsAt(expected, after, chunks[i + 1]) || expected.AsSpan(at, place - at).SequenceEqual(chunks[i + 1]);
            if (nextFits)
                return place;
        }

        return null;
    }
}
