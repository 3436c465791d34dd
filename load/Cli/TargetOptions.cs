using Gateway.Load.Scenarios;
using Gateway.Load.Settings;

namespace Gateway.Load.Cli;

/// <summary>The targets of a comparison as options: NAME=VALUE.</summary>
internal static class TargetOptions
{
    private const string Header = "header";

    public static LoadPlan Add(LoadPlan plan, string[] targets, string[] pids, string[] headers, List<string> errors)
    {
        List<(string Name, SettingValue Value)> values = [];
        Collect(targets, "--target", "url", values, errors);
        foreach (string twice in values.GroupBy(value => value.Name).Where(group => group.Count() > 1).Select(group => group.Key))
            errors.Add($"--target '{twice}' is there twice.");
        string[] names = targets.Length > 0 ? [.. values.Select(value => value.Name).Distinct()] : [.. plan.Targets.Select(target => target.Name)];
        Collect(pids, "--target-pid", "pid", values, errors);
        Collect(headers, "--target-header", Header, values, errors);
        foreach (string unknown in values.Select(value => value.Name).Except(names))
            errors.Add($"'{unknown}' is no --target.");
        PlanTarget[] all = [.. names.Select(name => new PlanTarget(name,
        [
            .. plan.Targets.FirstOrDefault(target => target.Name == name)?.Values ?? [],
            .. Added(plan, [.. values.Where(value => value.Name == name).Select(value => value.Value)]),
        ]))];
        return plan with { Targets = all };
    }

    /// <summary>A header for one target comes beside those for all of them.</summary>
    private static SettingValue[] Added(LoadPlan plan, SettingValue[] own) =>
        Array.Exists(own, value => value.Name == Header) ? [.. plan.Values.Where(value => value.Name == Header), .. own] : own;

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
