using System.Diagnostics;
using System.Text.RegularExpressions;
using Gateway.Streaming;
using Gateway.Telemetry;

namespace Gateway.Tests.Telemetry;

/// <summary>Prometheus' own tool reads what we write (Debian package <c>prometheus</c>, installed by <c>make test</c>).</summary>
public sealed partial class PromtoolTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private readonly MetricsFixture _fixture = new();

    public PromtoolTests()
    {
        var outcome = Outcomes.Stream();
        outcome.DisconnectPhase = DisconnectPhase.Waiting;
        outcome.ModelLabel = "odd \\ \"model\"\n";
        _fixture.Metrics.RequestStarted(Endpoint.ChatCompletions);
        _fixture.Metrics.RequestFinished(outcome);
        _fixture.Metrics.RequestFinished(Outcomes.Refused());
        _fixture.Metrics.InterToken("m", "p").Record(0.01);
        _fixture.Metrics.ObserveReplicas(() => [new ReplicaLoad("nim", "nim-0", 1)]);
        GC.Collect();
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Text_CheckMetrics_FindsNothing()
    {
        var text = _fixture.Scrape();

        var (exitCode, said) = await RunAsync(text, "check", "metrics");

        Assert.True(exitCode == 0 && said.Length == 0, $"{exitCode}: {said}\n{text}");
    }

    [Fact]
    public async Task Text_WithALintError_IsFound()
    {
        var (exitCode, said) = await RunAsync("# TYPE jobs counter\njobs 1\n", "check", "metrics");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("jobs", said, StringComparison.Ordinal);
    }

    /// <summary>The importer is the one command that parses OpenMetrics; it wants a time stamp on every sample.</summary>
    [Fact]
    public async Task OpenMetrics_Import_ReadsEverySample()
    {
        var text = Sample().Replace(_fixture.Scrape(PrometheusFormat.OpenMetrics), "$0 1700000000");
        var folder = Directory.CreateTempSubdirectory("gateway-promtool-");
        try
        {
            var file = Path.Combine(folder.FullName, "metrics.txt");
            await File.WriteAllTextAsync(file, text);

            var (exitCode, said) = await RunAsync("", "tsdb", "create-blocks-from", "openmetrics", file, Path.Combine(folder.FullName, "data"));

            Assert.True(exitCode == 0, $"{exitCode}: {said}\n{text}");
            Assert.Contains($" {Sample().Count(text)} ", said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex("^[^#\n].*$", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Sample();

    private static async Task<(int ExitCode, string Said)> RunAsync(string input, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(Timeout, TimeProvider.System);
        using var process = new Process { StartInfo = StartInfo(arguments) };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await errors);
    }

    private static ProcessStartInfo StartInfo(string[] arguments)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, "promtool"))
            .FirstOrDefault(File.Exists);
        Assert.True(path is not null, "promtool is missing: install Debian's package 'prometheus'");
        return new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }
}
