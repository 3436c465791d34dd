using System.CommandLine;
using Gateway.Configuration.Schema;

namespace Gateway.Cli;

/// <summary>Durations, written as in the configuration; kept as text so that help shows defaults as users write them.</summary>
internal static class DurationOption
{
    public static Option<string> Create(string name, string description, string byDefault)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => byDefault, HelpName = "D" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && DurationText.Parse(token.Value, out _) is { } problem)
                result.AddError($"{name} '{token.Value}': {problem}; write a number and a unit, as in 250ms or 2s.");
        });
        return option;
    }

    public static TimeSpan Value(ParseResult parsed, Option<string> option)
    {
        DurationText.Parse(parsed.GetValue(option)!, out TimeSpan value);
        return value;
    }
}
