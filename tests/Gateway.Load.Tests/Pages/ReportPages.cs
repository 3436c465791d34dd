using Gateway.Load.Cli;
using Gateway.Simulator;
using Microsoft.Playwright;

namespace Gateway.Load.Tests.Pages;

/// <summary>One report of each kind, and the browser that opens them.</summary>
public sealed class ReportPages : IAsyncLifetime
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-load-");
    private IPlaywright? _playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await using SimulatedFrontends simulator = await SimulatedFrontends.StartAsync(
            new SimulatorOptions { Replicas = 2, TimeToFirstToken = LatencyDistribution.Fixed(TimeSpan.FromMilliseconds(5)), InterToken = LatencyDistribution.Fixed(TimeSpan.FromMilliseconds(1)) });
        string[] urls = [.. simulator.Frontends.Select(frontend => frontend.Address.ToString())];
        string[] load = ["--stream", "--check", "--output-tokens", "normal:12:4", "--assert", "errors = 0", "--output"];
        await MakeAsync(["run", "--url", urls[0], "--rate", "20..60", "--duration", "3s", "--model", "meta/llama-3.1-8b-instruct=9", "--model", "sim/503=1", .. load, Folder("run")]);
        await MakeAsync(["compare", "--target", $"direct={urls[0]}", "--target", $"gateway={urls[1]}", "--rounds", "2", "--duration", "1s", .. load, Folder("compare")]);
        await MakeAsync(["run", "--url", urls[0], "--sweep-concurrency", "1,2,4", "--max-requests", "30", .. load, Folder("sweep")]);
        _playwright = await Playwright.CreateAsync();
        string browser = Browsers.FirstOrDefault(File.Exists) ?? throw new FileNotFoundException("No Chromium: run 'eng/setup.sh test' first.");
        Browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = browser });
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>As somebody opens it who was sent the file.</summary>
    /// <param name="kind">run, compare or sweep.</param>
    public string Url(string kind) => new Uri(Path.Combine(Folder(kind), "gateway-load.html")).AbsoluteUri;

    private string Folder(string kind) => Path.Combine(_folder.FullName, kind);

    private static async Task MakeAsync(string[] arguments)
    {
        using StringWriter said = new();
        int code = await CommandLine.RunAsync(arguments, new LoadHost { Output = said, Error = said, IsTerminal = false, TimeProvider = TimeProvider.System }, CancellationToken.None);
        Assert.True(code != ExitCode.Usage && said.ToString().Contains("wrote", StringComparison.Ordinal), said.ToString());
    }
}
