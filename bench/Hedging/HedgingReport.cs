namespace Gateway.Bench.Hedging;

/// <summary>Both sides of one run.</summary>
internal sealed class HedgingReport(IReadOnlyList<Sample> off, IReadOnlyList<Sample> on, Counts countsOff, Counts countsOn)
{
    internal Samples Off { get; } = new(off.Select(static sample => sample.FirstContent));

    internal Samples On { get; } = new(on.Select(static sample => sample.FirstContent));

    /// <summary>Upstream requests as the replicas count them.</summary>
    internal required long Received { get; init; }

    /// <summary>The requests without hedging that other replicas answered than <paramref name="staller"/>.</summary>
    internal Samples HealthyOf(string staller) =>
        new(off.Where(sample => sample.Replica != staller).Select(static sample => sample.FirstContent));

    internal void Print(string title)
    {
        Samples lateness = new(off.Concat(on).Select(static sample => sample.Lateness));
        Console.WriteLine();
        Console.WriteLine(title);
        Console.WriteLine();
        Console.WriteLine("| hedging | p50 | p95 | p99 | max | extra upstream requests | hedges won / lost / denied |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        Row("off", Off, countsOff);
        Row("on", On, countsOn);
        Console.WriteLine();
        Console.WriteLine($"client sent late by p50 {lateness.P50:0.0} p99 {lateness.P99:0.0} ms; {off.Concat(on).Count(static sample => double.IsInfinity(sample.FirstContent))} requests without content; "
            + $"upstream requests: {countsOff.Attempts + countsOn.Attempts:N0} by the gateways' count, {Received:N0} by the replicas'");
    }

    /// <summary>The bucket starts with one hedge and gets 5 % of each request; counted since the gateway's start, the warm-up included.</summary>
    internal bool KeepsBudget() => HedgingCheck.Verdict(
        $"{countsOn.Extra:N0} extra upstream requests <= 1 + 5 % of {countsOn.Requests:N0} requests",
        countsOn.Extra <= 1 + (0.05 * countsOn.Requests) && countsOn.Extra == countsOn.Hedges);

    private static void Row(string name, Samples times, Counts counts) => Console.WriteLine(
        $"| {name} | {times.P50:0} ms | {times.P95:0} ms | {times.P99:0} ms | {times.Max:0} ms | {(double)counts.Extra / counts.Requests:P1} | {counts.Won} / {counts.Lost} / {counts.Denied} |");
}
