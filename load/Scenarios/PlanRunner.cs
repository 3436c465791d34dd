using Gateway.Load.Arrivals;
using Gateway.Load.Comparing;
using Gateway.Load.Output;
using Gateway.Load.Run;
using Gateway.Load.Settings;

namespace Gateway.Load.Scenarios;

/// <summary>Carries a plan out.</summary>
internal sealed class PlanRunner(Func<RunOptions, CancellationToken, Task<RunResult>> run)
{
    /// <summary>A sweep ends after this many steps that brought less than <see cref="LeastGain"/> more throughput.</summary>
    private const int FlatSteps = 2;

    private const double LeastGain = 0.05;

    /// <param name="plan">Whose settings were found to be right.</param>
    /// <param name="stop">Ends it early, with what there is.</param>
    public async Task<Report> RunAsync(LoadPlan plan, CancellationToken stop)
    {
        Report report = plan switch
        {
            { Targets.Count: > 0 } => await CompareAsync(plan, stop),
            { Sweep: { } sweep } => await SweepAsync(plan, sweep, stop),
            _ => await OnceAsync(plan, stop),
        };
        return report with { Description = plan.Description };
    }

    /// <summary>The options of a plan, or of one of its targets.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="values">What the target changes.</param>
    /// <param name="errors">One line for each setting that is wrong.</param>
    public static RunOptions Options(LoadPlan plan, IReadOnlyList<SettingValue> values, List<string> errors) =>
        SettingCatalog.Apply(new RunOptions(), plan.With(values).Values, errors);

    private async Task<Report> OnceAsync(LoadPlan plan, CancellationToken stop)
    {
        RunResult result = await run(Options(plan, [], []) with { Name = plan.Name }, stop);
        return new Report { Name = plan.Name, Runs = [result], Assertions = [.. plan.Assertions.Select(assertion => assertion.Check(result))] };
    }

    private async Task<Report> SweepAsync(LoadPlan plan, Sweep sweep, CancellationToken stop)
    {
        RunOptions options = Options(plan, [], []);
        List<RunResult> results = [];
        int flat = 0;
        foreach (double step in sweep.Steps)
        {
            RunOptions at = sweep.Setting == "rate" ? options with { Rate = Profile.Constant(step) } : options with { Concurrency = Profile.Constant(step) };
            RunResult result = await run(at with { Name = $"{sweep.Setting} {step:0.##}" }, stop) with { Step = step };
            double best = results.Count == 0 ? 0 : results.Max(earlier => earlier.RequestThroughput);
            flat = result.RequestThroughput < best * (1 + LeastGain) ? flat + 1 : 0;
            results.Add(result);
            if (flat == FlatSteps || stop.IsCancellationRequested)
                break;
        }

        RunResult? knee = Knee.Find(results);
        return new Report
        {
            Name = plan.Name,
            Runs = results,
            Knee = knee,
            Assertions = knee is null ? [] : [.. plan.Assertions.Select(assertion => assertion.Check(knee))],
        };
    }

    /// <summary>A B A B: what drifts on the machine drifts for all.</summary>
    private async Task<Report> CompareAsync(LoadPlan plan, CancellationToken stop)
    {
        List<RunResult>[] rounds = [.. plan.Targets.Select(_ => new List<RunResult>())];
        for (int round = 0; round < plan.Rounds && !stop.IsCancellationRequested; round++)
        {
            for (int i = 0; i < plan.Targets.Count; i++)
            {
                PlanTarget target = plan.Targets[i];
                RunOptions options = Options(plan, target.Values, []);
                rounds[i].Add(await run(options with { Name = $"{target.Name} {round + 1}/{plan.Rounds}", Seed = options.Seed + round }, stop));
            }
        }

        List<Comparison> comparisons = ComparisonTable.Of(plan.Targets, rounds, ComparisonTable.Standard);
        comparisons.RemoveAll(static comparison => comparison.Difference.Count == 0);
        RunResult[] merged = [.. rounds.Select((results, i) => MergedRun.Of(plan.Targets[i].Name, results))];
        List<AssertionResult> assertions = [];
        foreach (Assertion assertion in plan.Assertions)
        {
            if (assertion.IsRatio)
                assertions.AddRange(ComparisonTable.Of(plan.Targets, rounds, [(assertion.Statistic, assertion.Metric)]).Select(assertion.CheckRatio));
            else
                assertions.AddRange(merged.Select(assertion.Check));
        }

        return new Report { Name = plan.Name, Runs = merged, Comparisons = comparisons, Assertions = assertions };
    }
}
