using Gateway.Load.Scenarios;
using Gateway.Load.Settings;

namespace Gateway.Load.Cli;

/// <summary>The targets of a comparison as options: NAME=VALUE.</summary>
internal static class TargetOptions
{
    public static LoadPlan Add(LoadPlan plan, string[] targets, string[] pids, string[] headers, List<string> errors)
    {
        List<(string Name, SettingValue Value)> values = [];
        Collect(targets, "--target", "url", values, errors);
        string[] names = targets.Length > 0 ? [.. values.Select(value => value.Name).Distinct()] : [.. plan.Targets.Select(target => target.Name)];
        Collect(pids, "--target-pid", "pid", values, errors);
        Collect(headers, "--target-header", "header", values, errors);
        foreach (string unknown in values.Select(value => value.Name).Except(names))
            errors.Add($"'{unknown}' is no --target.");
        PlanTarget[] all = [.. names.Select(name => new PlanTarget(name,
        [
            .. plan.Targets.FirstOrDefault(target => target.Name == name)?.Values ?? [],
            .. values.Where(value => value.Name == name).Select(value => value.Value),
        ]))];
        return plan with { Targets = all };
    }

    private static void Collect(string[] texts, string option, string setting, List<(string Name, SettingValue Value)> into, List<string> errors)
    {
        foreach (string text in texts)
        {
            string[] pair = text.Split('=', 2);
            if (pair.Length == 2 && pair[0].Length > 0)
                into.Add((pair[0], new SettingValue(setting, pair[1], option)));
            else
                errors.Add($"{option} '{text}': write NAME=VALUE.");
        }
    }
}
