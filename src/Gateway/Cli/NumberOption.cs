using System.CommandLine;

namespace Gateway.Cli;

/// <summary>Whole numbers with bounds.</summary>
internal static class NumberOption
{
    public static Option<int> Create(string name, string description, int byDefault, int minimum, int maximum)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => byDefault, HelpName = "N" };
        option.Validators.Add(result =>
        {
            // A value that is no number has its error from the parser.
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int value) && (value < minimum || value > maximum))
                result.AddError($"{name} must be from {minimum} to {maximum}.");
        });
        return option;
    }
}
