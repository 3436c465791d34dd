using Gateway.Load.Scenarios;
using TestKit.Processes;

namespace Gateway.Load.Tests.Scenarios;

public sealed class ScenarioReaderTests
{
    public static TheoryData<string> Shipped => [.. Directory.GetFiles(Path.Combine(Repository.Root, "load", "scenarios"), "*.yaml").Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Read_ShippedScenario_IsValid(string file)
    {
        using StreamReader text = File.OpenText(Path.Combine(Repository.Root, "load", "scenarios", file));

        (LoadPlan? plan, IReadOnlyList<string> errors) = ScenarioReader.Read(file, text);

        Assert.Empty(errors);
        List<string> wrong = [];
        PlanRunner.Options(plan!, [], wrong);
        Assert.Empty(wrong);
        Assert.NotEmpty(plan!.Assertions);
        Assert.NotEmpty(plan.Description);
    }

    [Fact]
    public void Read_Everything_IsInThePlan()
    {
        LoadPlan plan = Read("""
            name: all
            load: { duration: 5s, model: [a=2, b], stream: true }
            targets: [ { name: direct, url: "http://a" }, { name: gateway, url: "http://b", header: ["x: 1"] } ]
            rounds: 3
            assert: [ "errors < 1%", "ratio p50 ttft < 2" ]
            """);

        Assert.Equal("all", plan.Name);
        Assert.Equal(["5s", "a=2", "b", "true"], plan.Values.Select(value => value.Value));
        Assert.Equal(["direct", "gateway"], plan.Targets.Select(target => target.Name));
        Assert.Equal(3, plan.Rounds);
        Assert.Equal(2, plan.Assertions.Count);
    }

    [Theory]
    [InlineData("loads: {}", "s.yaml:1:1: unknown key 'loads'")]
    [InlineData("load: { speed: 3 }", "s.yaml:1:9: unknown setting 'speed'")]
    [InlineData("assert: [ \"p98 ttft < 1s\" ]", "s.yaml:1:11: 'p98' is no statistic")]
    [InlineData("rounds: 0", "s.yaml:1:9: rounds are a number")]
    [InlineData("sweep: { rate: [3, 2] }", "s.yaml:1:8: a sweep is")]
    [InlineData("sweep: { speed: [1] }", "s.yaml:1:8: a sweep is")]
    [InlineData("a: [", "s.yaml:2:1: ")]
    [InlineData("- 1", "s.yaml: a scenario is one mapping")]
    public void Read_Mistake_IsNamedWithItsPlace(string yaml, string expected)
    {
        (LoadPlan? plan, IReadOnlyList<string> errors) = ScenarioReader.Read("s.yaml", new StringReader(yaml));

        Assert.Null(plan);
        Assert.StartsWith(expected, Assert.Single(errors), StringComparison.Ordinal);
    }

    private static LoadPlan Read(string yaml)
    {
        (LoadPlan? plan, IReadOnlyList<string> errors) = ScenarioReader.Read("s.yaml", new StringReader(yaml));
        Assert.Empty(errors);
        return plan!;
    }
}
