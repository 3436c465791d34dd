namespace Gateway.Bench.Hedging;

/// <summary>Both sides of one run.</summary>
internal sealed class HedgingReport(IReadOnlyList<Sample> off, IReadOnlyList<Sample> on, Counts countsOff, Counts countsOn)
{
    /// <summary>Milliseconds at p99; beyond it the run measured a busy machine.</summary>
    private const double MaxLateness = 20;

    internal Samples Off { get; } = new(off.Select(static sample => sample.FirstContent));

    internal Samples On { get; } = new(on.Select(static sample => sample.FirstContent));

    /// <summary>Upstream requests as the replicas count them.</summary>
    internal required long Received { get; init; }

    /// <summary>The requests without hedging that other replicas answered than <paramref name="staller"/>.</summary>
    internal Samples HealthyOf(string staller) =>
        new(off.Where(sample => sample.Replica != staller).Select(static sample => sample.FirstContent));

    internal void Print(string title)
    {
        Console.WriteLine();
        Console.WriteLine(title);
        Console.WriteLine();
        Console.WriteLine("| hedging | p50 | p95 | p99 | max | extra upstream requests | hedges won / lost / denied |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        Row("off", Off, countsOff);
        Row("on", On, countsOn);
        Console.WriteLine();
        Console.WriteLine($"upstream requests: {countsOff.Attempts + countsOn.Attempts:N0} by the gateways' count, {Received:N0} by the replicas'");
    }

    /// <summary>Whether the figures say something of the gateway: every request was answered, and the machine had time to send them when they were due.</summary>
    internal bool IsValid()
    {
        Samples lateness = new(off.Concat(on).Select(static sample => sample.Lateness));
        int unanswered = off.Concat(on).Count(static sample => double.IsInfinity(sample.FirstContent));
        return HedgingCheck.Verdict(
            $"valid: {unanswered} requests without content, the client's lateness p50 {lateness.P50:0.0} ms, p99 {lateness.P99:0.0} ms <= 20 ms",
            unanswered == 0 && lateness.P99 <= MaxLateness);
    }

    /// <summary>The bucket starts with one hedge and gets 5 % of each request; counted since the gateway's start, the warm-up included.</summary>
    internal bool KeepsBudget() => HedgingCheck.Verdict(
        $"{countsOn.Extra:N0} extra upstream requests <= 1 + 5 % of {countsOn.Requests:N0} requests",
        countsOn.Extra <= 1 + (0.05 * countsOn.Requests) && countsOn.Extra == countsOn.Hedges);

    private static void Row(string name, Samples times, Counts counts) => Console.WriteLine(
        $"| {name} | {times.P50:0} ms | {times.P95:0} ms | {times.P99:0} ms | {times.Max:0} ms | {(double)counts.Extra / counts.Requests:P1} | {counts.Won} / {counts.Lost} / {counts.Denied} |");
}
