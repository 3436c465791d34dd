using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Load.Scenarios;
using Gateway.Load.Settings;

namespace Gateway.Load.Cli;

/// <summary>What run and compare share: every setting of a load, the assertions, the output.</summary>
internal sealed class CommandOptions
{
    private readonly List<Option> _settings = [];
    private readonly Option<string[]> _assertions = new("--assert") { Description = "Must hold, as in 'p99 ttft < 300ms' or 'errors < 1%'; repeatable.", HelpName = "TEXT" };

    public CommandOptions()
    {
        foreach (Setting setting in SettingCatalog.All)
            _settings.Add(setting.IsFlag ? Flag(setting) : Valued(setting));
    }

    public Option<string?> Output { get; } = new("--output") { Description = "Folder for gateway-load.html, .json and .csv.", HelpName = "DIR" };

    public void AddTo(Command command)
    {
        foreach (Option option in _settings)
            command.Add(option);
        command.Add(_assertions);
        command.Add(Output);
    }

    /// <summary>The scenario, if there is one, with the options over it.</summary>
    public LoadPlan Plan(ParseResult parsed, string? scenario, Sweep? sweep, List<string> errors)
    {
        LoadPlan plan = scenario is null ? new LoadPlan() : ReadScenario(scenario, errors);
        if (sweep is not null)
            plan = plan.With(sweep);
        List<SettingValue> values = [];
        foreach (Option option in _settings)
        {
            if (parsed.GetResult(option) is not OptionResult { Implicit: false } given)
                continue;
            string name = option.Name[2..];
            string[] texts = given.Tokens.Count == 0 ? ["true"] : [.. given.Tokens.Select(token => token.Value)];
            values.AddRange(texts.Select(text => new SettingValue(name, text, option.Name)));
        }

        List<Assertion> assertions = [.. plan.Assertions];
        foreach (string text in parsed.GetValue(_assertions) ?? [])
        {
            if (Assertion.Parse(text, out Assertion? assertion) is { } problem)
                errors.Add($"--assert '{text}': {problem}.");
            else
                assertions.Add(assertion!);
        }

        // Over a scenario a loop takes the place of the sweep; beside an option of the same command line it is a contradiction.
        plan = plan.With(values) with { Assertions = assertions };
        return sweep is null ? plan : plan with { Sweep = sweep };
    }

    private static Option<string[]> Valued(Setting setting) =>
        new("--" + setting.Name) { Description = setting.Description, HelpName = setting.HelpName, Arity = ArgumentArity.OneOrMore };

    /// <summary>Alone it is true; <c>--stream false</c> takes back what a scenario says.</summary>
    private static Option<string?> Flag(Setting setting) =>
        new("--" + setting.Name) { Description = setting.Description, HelpName = "true|false", Arity = ArgumentArity.ZeroOrOne };

    private static LoadPlan ReadScenario(string file, List<string> errors)
    {
        try
        {
            using StreamReader text = File.OpenText(file);
            (LoadPlan? plan, IReadOnlyList<string> found) = ScenarioReader.Read(file, text);
            errors.AddRange(found);
            return plan ?? new LoadPlan();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"--scenario: {exception.Message}");
            return new LoadPlan();
        }
    }
}
