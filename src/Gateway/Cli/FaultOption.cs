using System.CommandLine;
using System.Globalization;
using Gateway.Simulator;

namespace Gateway.Cli;

/// <summary>Faults by configuration: <c>NAME=SHARE%</c>, whatever model a request names.</summary>
internal static class FaultOption
{
    public static Option<string[]> Create(string name, string description)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = "NAME=SHARE" };
        option.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value).Where(text => Parse(text) is null))
                result.AddError($"{name} '{text}': write a fault of 'gateway simulate --help' and a share, as in stall=5%.");
        });
        return option;
    }

    public static IReadOnlyList<RandomFault> Value(ParseResult parsed, Option<string[]> option) =>
        [.. (parsed.GetValue(option) ?? []).Select(text => Parse(text)!)];

    private static RandomFault? Parse(string text)
    {
        string[] parts = text.Split('=');
        return parts is [var fault, var share] && FaultCatalog.IsKnown(fault) && share.EndsWith('%')
            && double.TryParse(share.AsSpan(0, share.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent <= 100
                ? new(fault, percent / 100)
                : null;
    }
}
