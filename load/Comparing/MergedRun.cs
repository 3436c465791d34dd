using Gateway.Load.Measures;
using Gateway.Load.Run;

namespace Gateway.Load.Comparing;

/// <summary>The rounds of one target as one run.</summary>
internal static class MergedRun
{
    /// <param name="name">Of the target.</param>
    /// <param name="rounds">At least one.</param>
    public static RunResult Of(string name, IReadOnlyList<RunResult> rounds)
    {
        Dictionary<MetricId, Histogram> histograms = [];
        SortedDictionary<string, long> errors = new(StringComparer.Ordinal);
        foreach (RunMeasures measures in rounds.Select(round => round.Measures))
        {
            foreach (KeyValuePair<MetricId, Histogram> pair in measures.Histograms)
            {
                if (!histograms.TryGetValue(pair.Key, out Histogram? sum))
                    histograms.Add(pair.Key, sum = new Histogram());
                sum.Add(pair.Value);
            }

            foreach (KeyValuePair<string, long> error in measures.Errors)
                errors[error.Key] = errors.GetValueOrDefault(error.Key) + error.Value;
        }

        TimeSlice[] slices = [.. rounds.SelectMany(round => round.Measures.Slices)];
        return rounds[^1] with
        {
            Name = name,
            StartedAt = rounds[0].StartedAt,
            Measures = new RunMeasures(histograms, slices, rounds[0].Measures.SliceWidth, errors, Sum(rounds)),
            Seconds = rounds.Sum(round => round.Seconds),
            OwnCpu = rounds.Max(round => round.OwnCpu),
            Process = rounds[^1].Process is { } last ? last with { CpuSeconds = rounds.Sum(round => round.Process?.CpuSeconds ?? 0) } : null,
            ErrorExamples = rounds.SelectMany(round => round.ErrorExamples).DistinctBy(example => example.Key).ToDictionary(),
            WasCancelled = rounds.Any(round => round.WasCancelled),
        };
    }

    private static RunTotals Sum(IReadOnlyList<RunResult> rounds)
    {
        RunTotals[] totals = [.. rounds.Select(round => round.Measures.Totals)];
        return new RunTotals
        {
            Succeeded = totals.Sum(total => total.Succeeded),
            Good = totals.Sum(total => total.Good),
            Cancelled = totals.Sum(total => total.Cancelled),
            OutputTokens = totals.Sum(total => total.OutputTokens),
            ReasoningTokens = totals.Sum(total => total.ReasoningTokens),
            PromptTokens = totals.Sum(total => total.PromptTokens),
            Chunks = totals.Sum(total => total.Chunks),
            ChunksSinceWarmup = totals.Sum(total => total.ChunksSinceWarmup),
            Stalls = totals.Sum(total => total.Stalls),
            Checked = totals.Sum(total => total.Checked),
            Content = totals.Aggregate(default(Answers.ContentDifference), static (sum, total) => sum.Plus(total.Content)),
            LastEnd = totals.Max(total => total.LastEnd),
        };
    }
}
