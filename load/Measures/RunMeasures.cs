namespace Gateway.Load.Measures;

/// <summary>What the recorder has at the end of a run.</summary>
internal sealed record RunMeasures(
    IReadOnlyDictionary<MetricId, Histogram> Histograms,
    IReadOnlyList<TimeSlice> Slices,
    long SliceWidth,
    IReadOnlyDictionary<string, long> Errors,
    RunTotals Totals)
{
    public long Failed => Errors.Values.Sum();

    public long Finished => Totals.Succeeded + Totals.Cancelled + Failed;
}
