using System.Globalization;
using Gateway.Load.Settings;

namespace Gateway.Load.Scenarios;

/// <summary>What one command does: one run, a sweep of runs, or rounds of runs against several targets.</summary>
internal sealed record LoadPlan
{
    public const int DefaultRounds = 5;
    public const int MaxRounds = 1_000;

    public string Name { get; init; } = "run";

    public string Description { get; init; } = "";

    public IReadOnlyList<SettingValue> Values { get; init; } = [];

    /// <summary>Two or more are compared; the first is the baseline.</summary>
    public IReadOnlyList<PlanTarget> Targets { get; init; } = [];

    public int Rounds { get; init; } = DefaultRounds;

    public Sweep? Sweep { get; init; }

    public IReadOnlyList<Assertion> Assertions { get; init; } = [];

    /// <returns>Null: that is no number of rounds.</returns>
    public static int? ParseRounds(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) && rounds is > 0 and <= MaxRounds ? rounds : null;

    /// <summary>The plan with other values in place of those of the same name; another loop takes the place of a loop or a sweep.</summary>
    public LoadPlan With(IReadOnlyList<SettingValue> values) => this with
    {
        Values = [.. Values.Where(old => !values.Any(value => LoopSettings.Replaces(value.Name, old.Name))), .. values],
        Sweep = values.Any(value => LoopSettings.Loops.Contains(value.Name)) ? null : Sweep,
    };

    /// <summary>The plan as a sweep, which is a loop too.</summary>
    public LoadPlan With(Sweep sweep) => this with { Values = [.. Values.Where(old => !LoopSettings.Replaces(sweep.Setting, old.Name))], Sweep = sweep };
}
