using Gateway.Load.Scenarios;
using Gateway.Load.Settings;

namespace Gateway.Load.Tests.Scenarios;

public sealed class LoadPlanTests
{
    [Theory]
    [InlineData("rate", "arrival rate")]
    [InlineData("concurrency", "concurrency")]
    [InlineData("trace", "trace")]
    [InlineData("seed", "rate arrival seed")]
    public void With_AnotherLoop_TakesThePlaceOfTheScenarios(string setting, string names) =>
        Assert.Equal(names, Names(Plan("rate", "arrival").With([Value(setting)])));

    [Fact]
    public void With_Loop_EndsTheSweep() => Assert.Null((Plan("stream") with { Sweep = new Sweep("rate", [1, 2]) }).With([Value("concurrency")]).Sweep);

    [Fact]
    public void With_OtherSettings_KeepTheSweep() => Assert.NotNull((Plan("stream") with { Sweep = new Sweep("rate", [1, 2]) }).With([Value("seed")]).Sweep);

    [Theory]
    [InlineData("rate", "arrival stream")]
    [InlineData("concurrency", "stream")]
    public void With_Sweep_TakesThePlaceOfALoop(string setting, string names)
    {
        LoadPlan plan = Plan("rate", "arrival", "stream").With(new Sweep(setting, [1, 2]));

        Assert.Equal(names, Names(plan));
        Assert.Equal(setting, plan.Sweep!.Setting);
    }

    private static LoadPlan Plan(params string[] settings) => new() { Values = [.. settings.Select(Value)] };

    private static SettingValue Value(string setting) => new(setting, "1", "");

    private static string Names(LoadPlan plan) => string.Join(' ', plan.Values.Select(value => value.Name));
}
