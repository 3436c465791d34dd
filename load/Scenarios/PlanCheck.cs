using Gateway.Load.Arrivals;
using Gateway.Load.Requests;
using Gateway.Load.Run;
using Gateway.Load.Settings;

namespace Gateway.Load.Scenarios;

/// <summary>What is wrong with a plan before anything is sent: each setting by itself, and what only shows in their combination.</summary>
internal static class PlanCheck
{
    /// <param name="plan">The plan.</param>
    /// <param name="errors">One line for each mistake; a mistake in the load of every target is one.</param>
    public static void Check(LoadPlan plan, List<string> errors)
    {
        if (plan.Targets.Count == 0)
            CheckLoad(plan, [], errors);
        foreach (PlanTarget target in plan.Targets)
            CheckLoad(plan, target.Values, errors);
        foreach (Assertion assertion in plan.Assertions)
        {
            if (assertion.IsRatio && plan.Targets.Count < 2)
                errors.Add($"the assertion '{assertion.Text}' needs two targets: a ratio is against the first of them.");
        }

        if (plan is { Sweep: not null, Targets.Count: > 0 })
            errors.Add("a sweep has one target: a scenario with targets cannot be swept.");
        string[] distinct = [.. errors.Distinct()];
        errors.Clear();
        errors.AddRange(distinct);
    }

    private static void CheckLoad(LoadPlan plan, IReadOnlyList<SettingValue> values, List<string> errors)
    {
        int before = errors.Count;
        RunOptions options = PlanRunner.Options(plan, values, errors);
        if (options.Url is null && errors.Count == before)
            errors.Add("--url is missing, as in --url http://127.0.0.1:8080.");
        CheckLoop([.. plan.With(values).Values.Select(value => value.Name)], plan.Sweep, options, errors);
        CheckRequests(options.Requests, errors);
        if (options.Pid is { } pid && ProcessUsage.Read(pid) is null)
            errors.Add($"--pid {pid}: there is no such process here.");
    }

    private static void CheckLoop(string[] given, Sweep? sweep, RunOptions options, List<string> errors)
    {
        string[] loops = [.. LoopSettings.Loops.Where(given.Contains), .. sweep is null ? [] : new[] { $"sweep-{sweep.Setting}" }];
        if (loops.Length > 1)
            errors.Add($"--{string.Join(" and --", loops)} exclude each other; what bounds the requests at once of an open loop is --max-in-flight.");
        bool isOpen = options.Rate is not null || sweep?.Setting == "rate";
        if (!isOpen && LoopSettings.Gaps.FirstOrDefault(given.Contains) is { } gaps)
            errors.Add($"--{gaps} needs --rate: it shapes the gaps of an open loop.");
        if (given.Contains("burstiness") && options.Arrival is not null and not ArrivalShape.Gamma)
            errors.Add("--burstiness is of --arrival gamma.");
    }

    private static void CheckRequests(RequestShape requests, List<string> errors)
    {
        if (requests.HasSessions && requests.Api != LoadApi.Chat)
            errors.Add("--turns needs --api chat.");
        if (requests.Dataset is not null && requests.PrefixTokens > 0)
            errors.Add("--dataset and --prefix-tokens exclude each other: the dataset has the prompts.");
        if (requests.Api == LoadApi.Embeddings && requests.Stream)
            errors.Add("--api embeddings does not stream.");
    }
}
