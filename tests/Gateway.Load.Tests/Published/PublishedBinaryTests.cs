using System.Text.Json;
using Gateway.Load.Cli;
using Gateway.Simulator;
using TestKit.Processes;

namespace Gateway.Load.Tests.Published;

/// <summary>What only the Native AOT binary can show: its resources, its signals, its exit codes.</summary>
public sealed class PublishedBinaryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-load-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Run_Scenario_WritesWholeReports()
    {
        await using SimulatedFrontends simulator = await SimulatedFrontends.StartAsync(new SimulatorOptions());
        string scenario = Path.Combine(Repository.Root, "load", "scenarios", "smoke.yaml");

        CommandProcess run = await CommandProcess.RunAsync(Repository.LoadBinary,
            ["run", "--scenario", scenario, "--url", Address(simulator), "--max-requests", "40", "--duration", "20s", "--output", _folder.FullName]);

        // The machine is shared: a stall is not this test's matter.
        Assert.Contains("holds  content_errors = 0", run.Output, StringComparison.Ordinal);
        Assert.Contains("holds  errors = 0", run.Output, StringComparison.Ordinal);
        using JsonDocument report = Report();
        Assert.Equal(40, report.RootElement.GetProperty("request_count").GetProperty("avg").GetInt32());
        Assert.True(report.RootElement.GetProperty("time_to_first_token").GetProperty("p99.9").GetDouble() > 0);
        Assert.StartsWith("Metric,avg,", await File.ReadAllTextAsync(FilePath("csv")), StringComparison.Ordinal);
        string page = await File.ReadAllTextAsync(FilePath("html"));
        Assert.Contains("const report = {", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/*", page[page.IndexOf("<script>", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Failed, "run", "--max-requests", "3", "--assert", "p50 request_latency < 0ms")]
    [InlineData(ExitCode.Failed, "run", "--max-requests", "3", "--model", "sim/500")]
    [InlineData(ExitCode.Ok, "run", "--max-requests", "3", "--assert", "errors = 0")]
    [InlineData(ExitCode.Usage, "run", "--max-requests", "many")]
    public async Task Run_ItsEnd_IsTheExitCode(int expected, params string[] arguments)
    {
        await using SimulatedFrontends simulator = await SimulatedFrontends.StartAsync(new SimulatorOptions());

        CommandProcess run = await CommandProcess.RunAsync(Repository.LoadBinary, [.. arguments, "--url", Address(simulator)]);

        Assert.True(expected == run.ExitCode, $"{run.ExitCode}: {run.Output}{run.Error}");
    }

    [Fact]
    public async Task Run_Interrupted_EndsWithItsReport()
    {
        // It takes its time, so that the generator is not what limits the run.
        await using SimulatedFrontends simulator = await SimulatedFrontends.StartAsync(
            new SimulatorOptions { TimeToFirstToken = LatencyDistribution.Fixed(TimeSpan.FromMilliseconds(20)) });
        using LoadProcess load = new("run", "--url", Address(simulator), "--stream", "--duration", "10m", "--output", _folder.FullName);
        await simulator.Frontends[0].WaitForAsync(frontend => frontend.CompletedGenerations > 0).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        load.Interrupt();
        (int code, string output) = await load.EndAsync();

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("(stopped early)", output, StringComparison.Ordinal);
        using JsonDocument report = Report();
        Assert.True(report.RootElement.GetProperty("was_cancelled").GetBoolean());
    }

    [Fact]
    public async Task Run_InterruptedTwice_EndsAtOnce()
    {
        await using SimulatedFrontends simulator = await SimulatedFrontends.StartAsync(new SimulatorOptions());
        using LoadProcess load = new("run", "--url", Address(simulator), "--model", "sim/silent", "--duration", "10m");
        await simulator.Frontends[0].WaitForAsync(frontend => frontend.ReceivedRequests > 0).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        load.Interrupt();
        await load.WaitForErrorAsync("stopping");
        load.Interrupt();
        (int code, string output) = await load.EndAsync();

        Assert.NotEqual(ExitCode.Ok, code);
        Assert.DoesNotContain("wrote", output, StringComparison.Ordinal);
    }

    private static string Address(SimulatedFrontends simulator) => simulator.Frontends[0].Address.ToString();

    private string FilePath(string extension) => Path.Combine(_folder.FullName, $"gateway-load.{extension}");

    private JsonDocument Report() => JsonDocument.Parse(File.ReadAllBytes(FilePath("json")));
}
