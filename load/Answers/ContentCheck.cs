namespace Gateway.Load.Answers;

/// <summary>Compares the chunks of an answer with the text they must make up.</summary>
internal static class ContentCheck
{
    /// <param name="chunks">As they came.</param>
    /// <param name="expected">What they must be, joined.</param>
    /// <param name="whole">False: the answer failed or was cancelled; then a missing end is no loss.</param>
    /// <returns>Chunks that came twice, late or altered; of lost ones, the gaps they left: the text does not say how many chunks it was.</returns>
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
            else if (Repeated(chunks, i) is > 0 and var again)
            {
                found = found with { Doubled = found.Doubled + again };
                i += again - 1;
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
                at = PlaceAfterAltered(chunks, i, expected, at);
            }
        }

        return whole && at < expected.Length ? found with { Lost = found.Lost + 1 } : found;
    }

    private static bool StartsAt(string expected, int at, string chunk) =>
        at + chunk.Length <= expected.Length && expected.AsSpan(at, chunk.Length).SequenceEqual(chunk);

    /// <summary>How many chunks from here on are those that just came, once more: one, or a stretch that was sent again.</summary>
    private static int Repeated(IReadOnlyList<string> chunks, int i)
    {
        for (int length = 1; length <= i && i + length <= chunks.Count; length++)
        {
            int same = 0;
            while (same < length && chunks[i - length + same] == chunks[i + same])
                same++;
            if (same == length)
                return length;
        }

        return 0;
    }

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

    /// <summary>An altered chunk may be longer or shorter than it was: the next one tells where the text goes on, and nothing follows the last.</summary>
    private static int PlaceAfterAltered(IReadOnlyList<string> chunks, int i, string expected, int at)
    {
        if (i + 1 == chunks.Count)
            return expected.Length;
        return NextPlace(chunks, i + 1, expected, at) ?? Math.Min(expected.Length, at + chunks[i].Length);
    }
}
