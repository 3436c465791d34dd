using Gateway.Load.Measures;

namespace Gateway.Load.Run;

/// <summary>A finished run.</summary>
internal sealed record RunResult
{
    public required string Name { get; init; }

    public required string Url { get; init; }

    public required string Model { get; init; }

    /// <summary>How the load was made, for people: "rate 50/s poisson".</summary>
    public required string Load { get; init; }

    /// <summary>When measuring began: after the warm-up.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required RunMeasures Measures { get; init; }

    /// <summary>From the first measured moment to the end of the last request.</summary>
    public required double Seconds { get; init; }

    public required bool WasCancelled { get; init; }

    public required bool HasObjectives { get; init; }

    /// <summary>Of the generator itself: CPU seconds per second.</summary>
    public required double OwnCpu { get; init; }

    /// <summary>Of --pid.</summary>
    public ProcessReading? Process { get; init; }

    /// <summary>What the first failure of each kind said.</summary>
    public IReadOnlyDictionary<string, string> ErrorExamples { get; init; } = new Dictionary<string, string>();

    /// <summary>Offered rate or concurrency of a sweep's step.</summary>
    public double? Step { get; init; }

    public double RequestThroughput => PerSecond(Measures.Totals.Succeeded);

    public double TokenThroughput => PerSecond(Measures.Totals.OutputTokens);

    public double Goodput => PerSecond(Measures.Totals.Good);

    public double ErrorShare => Measures.Finished == 0 ? 0 : (double)Measures.Failed / Measures.Finished;

    public Distribution? Distribution(MetricId id) =>
        Measures.Histograms.TryGetValue(id, out Histogram? histogram)
            ? new Distribution(histogram, ScaleOf(id))
            : null;

    /// <summary>Why the figures are the generator's and not the target's; null: they are the target's.</summary>
    public string? Bottleneck => Run.Bottleneck.Of(this);

    public double PerSecond(double count) => Seconds > 0 ? count / Seconds : 0;

    private static double ScaleOf(MetricId id) => Array.Find(MetricNames.All, name => name.Id == id)!.Scale;
}
