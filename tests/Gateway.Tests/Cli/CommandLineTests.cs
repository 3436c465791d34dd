using Gateway.Cli;
using Gateway.Configuration;
using Gateway.Simulator;

namespace Gateway.Tests.Cli;

public sealed class CommandLineTests
{
    private const string Yaml = "server: {listen: http://127.0.0.1:1}\nproviders: {a: {type: dynamo, base-url: http://a:8000, api-key: s3cret, models: [m/1]}}\nmodel-mapping: {x: [m/1]}\n";

    [Theory]
    [InlineData]
    [InlineData("serve")]
    public async Task Serve_WithAndWithoutItsName_HandsOverTheConfiguration(params string[] command)
    {
        var run = new CommandRun { HandlerExitCode = ExitCode.CouldNotListen, Files = { ["g.yaml"] = Yaml } };

        int exitCode = await run.RunAsync([.. command, "--config", "g.yaml", "--keepalive-interval", "3s", "--set", "server.listen=http://127.0.0.1:2", "--set", "telemetry.logs=text"]);

        Assert.Equal(ExitCode.CouldNotListen, exitCode);
        GatewayOptions options = run.Served!.Options;
        Assert.Equal((2, TimeSpan.FromSeconds(3), LogFormat.Text), (options.Server.Listen[0].Port, options.Keepalive.Interval, options.Telemetry.Logs));
        Assert.Equal("g.yaml", run.Served.Loaded.File);
        Assert.True(ConfigurationLoader.Load(run.Served.Request).IsValid);
    }

    [Fact]
    public async Task Serve_DedicatedOptions_WinOverSet()
    {
        var run = new CommandRun { Variables = { ["DYNAMO_BASE_URL"] = "http://d" } };

        await run.RunAsync("--listen", "http://127.0.0.1:5,http://127.0.0.1:6", "--admin-listen", "http://127.0.0.1:7", "--set", "server.listen=http://127.0.0.1:2");

        Assert.Equal([5, 6], run.Served!.Options.Server.Listen.Select(url => url.Port));
        Assert.Equal(7, run.Served.Options.Server.AdminListen.Port);
    }

    [Fact]
    public async Task Serve_WrongConfiguration_PrintsErrorsAndExits1()
    {
        var run = new CommandRun { Files = { ["gateway.yaml"] = "policies: {}\nservr: {}\n" } };

        Assert.Equal(ExitCode.Failed, await run.RunAsync());
        Assert.Null(run.Served);
        Assert.Contains("gateway.yaml:1:1: policies: not in this version", run.Error, StringComparison.Ordinal);
        Assert.Contains("gateway.yaml:2:1: servr: unknown key", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WrongOption_NamesIt()
    {
        var run = new CommandRun { Variables = { ["DYNAMO_BASE_URL"] = "http://d" } };

        Assert.Equal(ExitCode.Failed, await run.RunAsync("--listen", "ftp://x"));
        Assert.StartsWith("--listen: server.listen[0]: not an http or https URL", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_NothingConfigured_PointsToDemo()
    {
        var run = new CommandRun();

        Assert.Equal(ExitCode.Failed, await run.RunAsync());
        Assert.Contains("gateway demo", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5, "--replicas", "5")]
    public async Task Demo_Replicas_MakeOneSimulatedProvider(int replicas, params string[] options)
    {
        var run = new CommandRun { Files = { ["gateway.yaml"] = "broken: [" } };

        Assert.Equal(ExitCode.Ok, await run.RunAsync(["demo", "--listen", "http://127.0.0.1:0", .. options]));

        ProviderOptions provider = Assert.Single(run.Demoed!.Options.Providers);
        Assert.Equal(("dynamo", ProviderType.Simulator, replicas), (provider.Name, provider.Type, provider.SimulatedReplicas));
        Assert.Equal(0, run.Demoed.Options.Server.Listen[0].Port);
    }

    [Fact]
    public async Task Simulate_Options_AreHandedOver()
    {
        var run = new CommandRun();

        Assert.Equal(ExitCode.Ok, await run.RunAsync(
            "simulate", "--port", "9000", "--replicas", "2", "--model", "a", "--model", "b", "--time-to-first-token", "1s", "--inter-token", "5ms", "--output-tokens", "7", "--seed", "9"));

        SimulatorOptions arguments = run.Simulated!;
        Assert.Equal((9000, 2, 7, 9, 0, 1), (arguments.Port, arguments.Replicas, arguments.OutputTokens, arguments.Seed, arguments.ReasoningTokens, arguments.TokensPerChunk));
        Assert.Equal(["a", "b"], arguments.Models);
        Assert.Equal((LatencyDistribution.Fixed(TimeSpan.FromSeconds(1)), LatencyDistribution.Fixed(TimeSpan.FromMilliseconds(5)), TimeSpan.Zero), (arguments.TimeToFirstToken, arguments.InterToken, arguments.StartupDelay));
    }

    [Theory]
    [InlineData("chek", "Did you mean 'check'?")]
    [InlineData("--lisen", "Did you mean '--listen'?")]
    [InlineData("serve extra", "extra")]
    [InlineData("serve --set listen", "--set needs PATH=VALUE")]
    [InlineData("serve --set =x", "--set needs PATH=VALUE")]
    [InlineData("serve --config", "--config")]
    [InlineData("--config a.yaml check", "--config goes after 'check'.")]
    [InlineData("--listen http://127.0.0.1:1 demo", "--listen goes after 'demo'.")]
    [InlineData("demo --replicas 0", "--replicas must be from 1 to 64.")]
    [InlineData("demo --replicas 65", "--replicas must be from 1 to 64.")]
    [InlineData("demo --replicas x", "x")]
    [InlineData("demo --config a.yaml", "--config")]
    [InlineData("simulate --port 65536", "--port must be from 0 to 65535.")]
    [InlineData("simulate --port 65535 --replicas 2", "go beyond port 65535")]
    [InlineData("simulate --inter-token 5", "a duration needs a unit")]
    [InlineData("healthcheck nonsense", "URL: not a URL.")]
    [InlineData("hash-key", "the key is empty")]
    [InlineData("@file", "@file")]
    public async Task Usage_Wrong_Exits2WithAReason(string arguments, string expected)
    {
        var run = new CommandRun();

        Assert.Equal(ExitCode.Usage, await run.RunAsync(arguments.Split(' ')));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
        Assert.True(run is { Served: null, Demoed: null, Simulated: null });
    }

    [Fact]
    public async Task Version_Asked_IsPrinted()
    {
        var run = new CommandRun();

        Assert.Equal(ExitCode.Ok, await run.RunAsync("--version"));
        Assert.Equal("gateway 0.1.0", run.Output.Trim());
    }

    [Fact]
    public async Task Help_OfTheRoot_HasCommandsAndExamples()
    {
        var run = new CommandRun();

        Assert.Equal(ExitCode.Ok, await run.RunAsync("--help"));
        Assert.All(["serve", "demo", "check", "simulate", "healthcheck", "schema", "hash-key", "probe", "--version", "Examples:", "Exit codes:"], text => Assert.Contains(text, run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("demo")]
    [InlineData("check")]
    [InlineData("simulate")]
    [InlineData("healthcheck")]
    [InlineData("schema")]
    public async Task Help_OfEveryCommand_IsPrintedWithoutRunningIt(string command)
    {
        var run = new CommandRun();

        Assert.Equal(ExitCode.Ok, await run.RunAsync(command, "--help"));
        Assert.Contains($"gateway {command}", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--markdown", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Valid_PrintsRoutesWithoutCredentials()
    {
        var run = new CommandRun { Files = { ["gateway.yaml"] = Yaml } };

        Assert.Equal(ExitCode.Ok, await run.RunAsync("check", "--set", "routers.r.load-balance.embeddings.strategy=round-robin"));
        Assert.All(
            ["gateway.yaml is valid.", "http://127.0.0.1:1", "http://a:8000", "models: m/1", "router default", "router r", "round-robin", "x → m/1"],
            text => Assert.Contains(text, run.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Limits_PrintsThemWithTheirOwners()
    {
        var run = new CommandRun
        {
            Files =
            {
                ["gateway.yaml"] = """
                    auth: { keys: [{ id: team-a, key: k3y-of-team-a-9f8e7d6c, rate-limit: { requests-per-minute: 100, tokens-per-minute: 100000 } }] }
                    providers: { p: { type: openai, base-url: "http://a:1", models: [m], rate-limit: { requests-per-minute: 40, queue-timeout: 3s } } }
                    routers: { default: { rate-limit: { concurrent-requests: 32 } } }
                    limits: { redis: "redis://:s3cret@cache:6380" }
                    """,
            },
        };

        Assert.Equal(ExitCode.Ok, await run.RunAsync("check"));
        Assert.All(
            ["routers: all  limits: 100 requests/min, 100000 tokens/min\n", "limits: 40 requests/min; waits up to 3s\n", "  limits        32 at once\n", "in Redis at cache:6380\n"],
            text => Assert.Contains(text, run.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Invalid_PrintsEveryErrorAndExits1()
    {
        var run = new CommandRun { Files = { ["x.yaml"] = "a: 1\nb: 2\n" } };

        Assert.Equal(ExitCode.Failed, await run.RunAsync("check", "--config", "x.yaml"));
        Assert.Equal(3, run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Schema_Asked_PrintsJson()
    {
        var run = new CommandRun();

        Assert.Equal(ExitCode.Ok, await run.RunAsync("schema"));
        using var document = System.Text.Json.JsonDocument.Parse(run.Output);
        Assert.Equal("object", document.RootElement.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Probe_Arguments_ReachItsHandler()
    {
        var run = new CommandRun { Variables = { ["DYNAMO_BASE_URL"] = "http://d" } };

        Assert.Equal(ExitCode.Ok, await run.RunAsync("probe", "nvidia-dynamo", "--model", "a/b"));
        Assert.Equal(("nvidia-dynamo", "a/b"), (run.Probed!.Provider, run.Probed.Model));
    }

    [Theory]
    [InlineData("nvidia-dinamo", "Did you mean 'nvidia-dynamo'?")]
    [InlineData("zzz", "There are: nvidia-dynamo.")]
    public async Task Probe_OfAnUnknownProvider_IsAUsageError(string provider, string expected)
    {
        var run = new CommandRun { Variables = { ["DYNAMO_BASE_URL"] = "http://d" } };

        Assert.Equal(ExitCode.Usage, await run.RunAsync("probe", provider));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Null(run.Probed);
    }

    [Fact]
    public async Task Check_ResolvedRoutes_SayWhoIsLetInAndHowRequestsTravel()
    {
        var run = new CommandRun
        {
            Files =
            {
                ["gateway.yaml"] = """
                    server: { admin-token: canary, metrics-listen: 'http://0.0.0.0:9090', cors: [https://chat.example], max-connections: 7 }
                    providers:
                      own: { type: dynamo, base-urls: ['http://a:8000', 'http://b:8000'] }
                      bought: { type: openai, base-url: 'https://api.openai.com/v1', api-key: canary, models: [gpt-4o], timeouts: { connect: 1500ms } }
                    routers:
                      default: { load-balance: { chat: { strategy: weighted, providers: [{ name: own, weight: 3 }, bought] } } }
                    hedging: { delay: p95 }
                    mid-stream: resume
                    """,
            },
        };

        Assert.Equal(ExitCode.Ok, await run.RunAsync("check"));
        foreach (string line in (string[])[
            "admin-listen  http://127.0.0.1:9091  with admin-token", "metrics       http://0.0.0.0:9090  open", "cors          https://chat.example", "max-connections  7",
            "credentials: none", "credentials: api-key", "models: gpt-4o", "timeouts: connect 1500ms, first-byte ",
            "own (3), bought (1)", "up to 3 attempts, 20% of requests", "after p95, 5% of requests", "resume"])
            Assert.Contains(line, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", run.Output, StringComparison.Ordinal);
    }
}
