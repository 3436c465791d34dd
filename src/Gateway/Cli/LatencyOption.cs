using System.CommandLine;
using Gateway.Configuration.Schema;
using Gateway.Simulator;

namespace Gateway.Cli;

/// <summary>A simulated time: fixed, or drawn from a seeded distribution.</summary>
internal static class LatencyOption
{
    public static Option<string> Create(string name, string description, string byDefault)
    {
        var option = new Option<string>(name)
        {
            Description = description + " A duration, lognormal:MEDIAN:SIGMA or exponential:MEAN.",
            DefaultValueFactory = _ => byDefault,
            HelpName = "D",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is not [var token] || LatencyDistribution.TryParse(token.Value, out _))
                return;
            string problem = DurationText.Parse(token.Value, out _) ?? "not a time of the simulator";
            result.AddError($"{name} '{token.Value}': {problem}; write 250ms, 2s, lognormal:200ms:0.2 or exponential:50ms.");
        });
        return option;
    }

    public static LatencyDistribution Value(ParseResult parsed, Option<string> option) =>
        LatencyDistribution.TryParse(parsed.GetValue(option)!, out LatencyDistribution value) ? value : default;
}
