using System.Runtime.InteropServices;
using Gateway.Simulator;

namespace Gateway.Bench.Hedging;

/// <summary>
/// What hedging brings and costs: the published gateway with and without it, on the same simulated replicas, with the same arrivals, in the same run.
/// <c>bench/Hedging/run.sh</c> starts it.
/// </summary>
internal sealed class HedgingCheck(string strategy, int requests, double perSecond, CancellationToken cancellation)
{
    private const string Off = "{ delay: off }";

    // A delay alone turns it on; the rest are the defaults.
    private const string On = "{ delay: p95, min-delay: 50ms, max-hedges: 1, budget: 5% }";

    /// <summary>What a shell says of a command that an interrupt has ended.</summary>
    private const int Interrupted = 130;

    private const int Staller = 0;

    /// <summary>As the gateway names replicas: by their place in the configuration, from 1.</summary>
    private const string StallerId = "dynamo-1";

    private static readonly SimulatorOptions Healthy = new()
    {
        Replicas = 3,
        TimeToFirstToken = LatencyDistribution.LogNormal(TimeSpan.FromMilliseconds(100), 0.2),
    };

    internal static async Task<int> RunAsync(string[] arguments)
    {
        string strategy = arguments.Length > 0 ? arguments[0] : "round-robin";
        int requests = arguments.Length > 1 ? int.Parse(arguments[1]) : 5_000;
        double perSecond = arguments.Length > 2 ? double.Parse(arguments[2]) : 80;
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        HedgingCheck check = new(strategy, requests, perSecond, stop.Token);
        try
        {
            return await check.OneStallsAsync() & await check.AllSlowAsync() ? 0 : 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Interrupted;
        }

        void Stop(PosixSignalContext context)
        {
            // The gateways end with this method, not with the process.
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>One of three replicas stalls 2 s on 5 % of its requests; the others are what "healthy" is measured on.</summary>
    private async Task<bool> OneStallsAsync()
    {
        SimulatorOptions options = Healthy with { RandomFaults = [new("slow-first-token-2000", 0.05, Staller)] };
        await using SimulatedFrontends upstreams = await SimulatedFrontends.StartAsync(options, cancellation);
        HedgingReport report = await CompareAsync(upstreams, warmUp: 400, requests, static () => { });
        report.Print($"one of three replicas stalls 2 s on 5 % of its requests; {strategy}, {requests:N0} requests per side at {perSecond:0}/s");
        Samples healthy = report.HealthyOf(StallerId);
        double limit = 1.1 * (healthy.P95 + healthy.P50);
        Console.WriteLine($"healthy replicas, hedging off ({healthy.Count:N0} requests): p50 {healthy.P50:0} ms, p95 {healthy.P95:0} ms");
        return report.IsValid() & Verdict($"p99 {report.On.P99:0} ms <= 1.1 x (healthy p95 + p50) = {limit:0} ms", report.On.P99 <= limit) & report.KeepsBudget();
    }

    /// <summary>All replicas become ten times slower at once: a hedge helps nobody, and the delay that was measured before is far too short.</summary>
    private async Task<bool> AllSlowAsync()
    {
        SlowableClock clock = new();
        await using SimulatedFrontends upstreams = await SimulatedFrontends.StartAsync(Healthy with { TimeProvider = clock }, cancellation);
        HedgingReport report = await CompareAsync(upstreams, warmUp: 800, requests, () => clock.SlowDown(10));
        report.Print($"all three replicas become 10 x slower; {strategy}, {requests:N0} requests per side at {perSecond:0}/s since then");
        return report.IsValid() & NotWorse("p50", report.On.P50, report.Off.P50) & NotWorse("p95", report.On.P95, report.Off.P95)
            & NotWorse("p99", report.On.P99, report.Off.P99) & report.KeepsBudget();
    }

    private async Task<HedgingReport> CompareAsync(SimulatedFrontends upstreams, int warmUp, int measured, Action change)
    {
        await using Side off = await Side.StartAsync(Off, strategy, upstreams);
        await using Side on = await Side.StartAsync(On, strategy, upstreams);
        using OpenLoop load = new([off, on], perSecond, TimeProvider.System, cancellation);
        await load.RunAsync(warmUp, keep: false);
        change();
        await load.RunAsync(measured, keep: true);
        return new(off.Samples, on.Samples, await off.CountAsync(cancellation), await on.CountAsync(cancellation))
        {
            Received = upstreams.Frontends.Sum(static frontend => frontend.ReceivedRequests),
        };
    }

    private static bool NotWorse(string name, double on, double off) => Verdict($"{name} {on:0} ms <= 1.05 x {off:0} ms", on <= 1.05 * off);

    internal static bool Verdict(string what, bool holds)
    {
        Console.WriteLine($"{(holds ? "kept" : "NOT KEPT")}: {what}");
        return holds;
    }
}
