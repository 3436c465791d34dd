namespace Gateway.Load.Comparing;

/// <summary>One statistic of one target against the baseline, over all rounds.</summary>
internal sealed record Comparison(string Target, string Baseline, string Metric, string Unit, double BaselineMean, double TargetMean, PairedDifference Difference)
{
    public double Ratio => BaselineMean == 0 ? 0 : TargetMean / BaselineMean;
}
