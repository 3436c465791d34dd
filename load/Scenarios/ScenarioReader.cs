using Gateway.Load.Settings;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Gateway.Load.Scenarios;

/// <summary>
/// Reads a scenario: <c>name</c>, <c>description</c>, <c>load</c> (settings, as on the command line), <c>targets</c> (each a name and the settings it changes),
/// <c>rounds</c>, <c>sweep</c> and <c>assert</c>. All errors are reported at once, with their place.
/// </summary>
internal sealed class ScenarioReader(string file)
{
    private readonly List<string> _errors = [];

    /// <returns>The plan, or null and the errors.</returns>
    public static (LoadPlan? Plan, IReadOnlyList<string> Errors) Read(string file, TextReader text)
    {
        ScenarioReader reader = new(file);
        LoadPlan plan = reader.ReadDocument(text);
        return reader._errors.Count == 0 ? (plan, []) : (null, reader._errors);
    }

    private LoadPlan ReadDocument(TextReader text)
    {
        LoadPlan plan = new() { Name = Path.GetFileNameWithoutExtension(file) };
        YamlStream stream = [];
        try
        {
            stream.Load(text);
        }
        catch (YamlException exception)
        {
            _errors.Add($"{file}:{exception.Start.Line}:{exception.Start.Column}: {exception.InnerException?.Message ?? exception.Message}");
            return plan;
        }

        if (stream.Documents.Count != 1 || stream.Documents[0].RootNode is not YamlMappingNode root)
        {
            _errors.Add($"{file}: a scenario is one mapping with 'load' and 'assert'.");
            return plan;
        }

        foreach (KeyValuePair<YamlNode, YamlNode> pair in root.Children)
            plan = ReadKey(plan, pair.Key, pair.Value);
        return plan;
    }

    private LoadPlan ReadKey(LoadPlan plan, YamlNode key, YamlNode value)
    {
        switch (Text(key))
        {
            case "name":
                return plan with { Name = Text(value) };
            case "description":
                return plan with { Description = Text(value) };
            case "load":
                return plan with { Values = ReadValues(value) };
            case "targets":
                return plan with { Targets = [.. Items(value).Select(ReadTarget)] };
            case "rounds":
                return plan with { Rounds = ReadRounds(value) };
            case "sweep":
                return plan with { Sweep = ReadSweep(value) };
            case "assert":
                return plan with { Assertions = [.. Items(value).Select(ReadAssertion).OfType<Assertion>()] };
            default:
                Add(key, $"unknown key '{Text(key)}'; known are name, description, load, targets, rounds, sweep, assert");
                return plan;
        }
    }

    private List<SettingValue> ReadValues(YamlNode node)
    {
        List<SettingValue> values = [];
        if (node is not YamlMappingNode mapping)
        {
            Add(node, "settings are a mapping, as in { duration: 5s, stream: true }");
            return values;
        }

        foreach (KeyValuePair<YamlNode, YamlNode> pair in mapping.Children)
        {
            string name = Text(pair.Key);
            if (!Array.Exists(SettingCatalog.All, setting => setting.Name == name))
                Add(pair.Key, $"unknown setting '{name}'; 'gateway-load run --help' lists them");
            else
                values.AddRange(Items(pair.Value).Select(item => new SettingValue(name, Text(item), Place(item, name))));
        }

        return values;
    }

    private PlanTarget ReadTarget(YamlNode node)
    {
        if (node is not YamlMappingNode mapping)
        {
            Add(node, "a target is a mapping with a name and settings");
            return new PlanTarget("", []);
        }

        List<SettingValue> values = ReadValues(new YamlMappingNode(mapping.Children.Where(pair => Text(pair.Key) != "name")));
        YamlNode? name = mapping.Children.FirstOrDefault(pair => Text(pair.Key) == "name").Value;
        if (name is null)
            Add(node, "a target needs a name");
        return new PlanTarget(name is null ? "" : Text(name), values);
    }

    private int ReadRounds(YamlNode node)
    {
        if (LoadPlan.ParseRounds(Text(node)) is { } rounds)
            return rounds;
        Add(node, $"rounds are a number from 1 to {LoadPlan.MaxRounds}");
        return LoadPlan.DefaultRounds;
    }

    private Sweep? ReadSweep(YamlNode node)
    {
        if (node is YamlMappingNode { Children.Count: 1 } mapping && mapping.Children.First() is var pair && Text(pair.Key) is "rate" or "concurrency")
        {
            KeyValuePair<YamlNode, YamlNode> only = mapping.Children.First();
            if (Sweep.Parse(Text(only.Key), string.Join(',', Items(only.Value).Select(Text))) is { } sweep)
                return sweep;
        }

        Add(node, "a sweep is { concurrency: [1, 2, 4] } or { rate: [10, 20, 40] }, ascending");
        return null;
    }

    private Assertion? ReadAssertion(YamlNode node)
    {
        if (Assertion.Parse(Text(node), out Assertion? assertion) is { } problem)
            Add(node, problem);
        return assertion;
    }

    private static IEnumerable<YamlNode> Items(YamlNode node) => node is YamlSequenceNode sequence ? sequence.Children : [node];

    private static string Text(YamlNode node) => (node as YamlScalarNode)?.Value ?? "";

    private void Add(YamlNode node, string message) => _errors.Add($"{Place(node, "")}{message}.");

    private string Place(YamlNode node, string name) => $"{file}:{node.Start.Line}:{node.Start.Column}: {name}";
}
