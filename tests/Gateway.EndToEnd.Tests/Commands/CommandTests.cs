using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Commands;

/// <summary>The commands of the published binary that end by themselves: what they say and how they exit.</summary>
public sealed class CommandTests
{
    /// <summary>The container image's and the README's promise; the binary of today is under 19 MB.</summary>
    private const long MaxBinarySize = 20_000_000;

    [Fact]
    public async Task Version_Always_IsNameAndNumber()
    {
        CommandProcess version = await CommandProcess.GatewayAsync(["--version"]);

        Assert.Equal(0, version.ExitCode);
        Assert.Matches(@"^gateway \d+\.\d+\.\d+\S*\n$", version.Output);
        Assert.Empty(version.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("serve")]
    [InlineData("demo")]
    [InlineData("check")]
    [InlineData("simulate")]
    [InlineData("healthcheck")]
    [InlineData("schema")]
    [InlineData("hash-key")]
    public async Task Help_OfEveryCommand_IsItsUsage(params string[] command)
    {
        CommandProcess help = await CommandProcess.GatewayAsync([.. command, "--help"]);

        Assert.Equal(0, help.ExitCode);
        Assert.Contains($"gateway {string.Concat(command)}".TrimEnd(), help.Output, StringComparison.Ordinal);
        Assert.Contains("Usage:", help.Output, StringComparison.Ordinal);
        Assert.Empty(help.Error);
    }

    [Theory]
    [InlineData("0123456789abcdef-team-a\n", 0, "d6bb0674a17403dc9c961e599d07300996b545adc111910a8c7ceb215125830a\n", "")]
    [InlineData("0123456789abcdef-team-a\r\nignored\n", 0, "d6bb0674a17403dc9c961e599d07300996b545adc111910a8c7ceb215125830a\n", "")]
    [InlineData("0123456789abcdef-team-a", 0, "d6bb0674a17403dc9c961e599d07300996b545adc111910a8c7ceb215125830a\n", "")]
    [InlineData("", 2, "", "gateway: the key is empty: give it a value; to switch a key off write enabled: false.\n")]
    [InlineData("\n", 2, "", "gateway: the key is empty: give it a value; to switch a key off write enabled: false.\n")]
    public async Task HashKey_OfStandardInput_IsTheKeySha256(string input, int exitCode, string output, string error)
    {
        CommandProcess hash = await CommandProcess.RunAsync(Repository.GatewayBinary, ["hash-key"], input: input);

        Assert.Equal((exitCode, output, error), (hash.ExitCode, hash.Output, hash.Error));
    }

    [Fact]
    public async Task Schema_Always_IsASchemaOfEverySection()
    {
        CommandProcess schema = await CommandProcess.GatewayAsync(["schema"]);

        Assert.Equal(0, schema.ExitCode);
        using JsonDocument json = JsonDocument.Parse(schema.Output);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", json.RootElement.GetProperty("$schema").GetString());
        foreach (string section in new[] { "server", "providers", "routers", "keepalive", "telemetry", "model-mapping" })
            Assert.True(json.RootElement.GetProperty("properties").TryGetProperty(section, out _), section);
    }

    [Fact]
    public async Task Check_OfAValidFile_PrintsItsRoutes()
    {
        using TemporaryFile file = new("providers: { fast: { type: dynamo, base-url: 'http://127.0.0.1:9', models: [m] } }\n");

        CommandProcess check = await CommandProcess.GatewayAsync(["check", "--config", file.Path]);

        Assert.Equal(0, check.ExitCode);
        Assert.Contains("is valid", check.Output, StringComparison.Ordinal);
        Assert.Contains("fast", check.Output, StringComparison.Ordinal);
        Assert.Contains("router default", check.Output, StringComparison.Ordinal);
        Assert.Empty(check.Error);
    }

    [Fact]
    public async Task Check_OfAnInvalidFile_PrintsEveryErrorWithItsPosition()
    {
        using TemporaryFile file = new("server:\n  listne: http://127.0.0.1:8080\nproviders:\n  a:\n    type: dynammo\n    base-url: ftp://x\n");

        CommandProcess check = await CommandProcess.GatewayAsync(["check", "--config", file.Path]);

        Assert.Equal(1, check.ExitCode);
        Assert.Empty(check.Output);
        string[] errors = check.Error.TrimEnd().Split('\n');
        Assert.Equal(3, errors.Length);
        Assert.StartsWith($"{file.Path}:2:3: server.listne: ", errors[0], StringComparison.Ordinal);
        Assert.Contains("did you mean `listen`", errors[0], StringComparison.Ordinal);
        Assert.StartsWith($"{file.Path}:5:11: providers.a.type: ", errors[1], StringComparison.Ordinal);
        Assert.StartsWith($"{file.Path}:6:15: providers.a.base-url: ", errors[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WithAnUnsetVariable_NamesTheLine()
    {
        using TemporaryFile file = new("providers:\n  a: { type: dynamo, base-url: 'http://127.0.0.1:9' }\n  b:\n    type: openai\n    base-url: http://127.0.0.1:9\n    api-key: ${NOT_SET_ANYWHERE}\n");

        CommandProcess unset = await CommandProcess.GatewayAsync(["check", "--config", file.Path]);
        CommandProcess set = await CommandProcess.GatewayAsync(["check", "--config", file.Path], new Dictionary<string, string> { ["NOT_SET_ANYWHERE"] = "key" });

        Assert.Equal((1, 0), (unset.ExitCode, set.ExitCode));
        Assert.Contains($"{file.Path}:6:14: ", unset.Error, StringComparison.Ordinal);
        Assert.Contains("NOT_SET_ANYWHERE", unset.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("check")]
    public async Task Command_WithNoConfiguration_SaysWhatToSet(string command)
    {
        string folder = Directory.CreateTempSubdirectory("gateway-empty-").FullName;

        CommandProcess run = await CommandProcess.GatewayAsync([command], folder: folder);
        Directory.Delete(folder);

        Assert.Equal(1, run.ExitCode);
        foreach (string way in new[] { "DYNAMO_BASE_URL", "OPENAI_API_KEY", "gateway.yaml", "gateway demo" })
            Assert.Contains(way, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("serve", "--lissten", "x")]
    [InlineData("serve", "--set", "no-equals-sign")]
    [InlineData("simulate", "--replicas", "none")]
    [InlineData("simulate", "--port", "65535", "--replicas", "2")]
    [InlineData("healthcheck", "not a url")]
    public async Task CommandLine_ThatIsWrong_IsAUsageError(params string[] arguments)
    {
        CommandProcess run = await CommandProcess.GatewayAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("gateway: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("--listen")]
    [InlineData("--admin-listen")]
    public async Task Serve_OnATakenPort_CouldNotListen(string option)
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string other = option == "--listen" ? "--admin-listen" : "--listen";

        CommandProcess run = await CommandProcess.GatewayAsync(
            ["serve", option, $"http://{taken.LocalEndpoint}", other, "http://127.0.0.1:0"], new Dictionary<string, string> { ["DYNAMO_BASE_URL"] = "http://127.0.0.1:9" });

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("could not listen", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_OnATakenPort_CouldNotListen()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();

        CommandProcess run = await CommandProcess.GatewayAsync(["simulate", "--port", $"{((IPEndPoint)taken.LocalEndpoint).Port}"]);

        Assert.Equal(3, run.ExitCode);
    }

    [Fact]
    public async Task Healthcheck_WhereNobodyListens_Fails()
    {
        CommandProcess run = await CommandProcess.GatewayAsync(["healthcheck", "http://127.0.0.1:1"]);

        Assert.Equal(1, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public void Binary_OnDisk_KeepsItsSize() => Assert.InRange(new FileInfo(Repository.GatewayBinary).Length, 1_000_000, MaxBinarySize);
}
