using Gateway.EndToEnd.Tests.Wire;
using Gateway.Simulator;
using TestKit.Files;
using TestKit.Processes;
using TestKit.Sockets;

namespace Gateway.EndToEnd.Tests.Commands;

/// <summary>The commands of the published binary that run until a signal.</summary>
public sealed class ServerCommandTests
{
    /// <summary>Resident memory of a gateway that has served a little and is idle: what the start needed is given back by then; measured: 20 MB.</summary>
    private const long MaxIdleBytes = 25_000_000;

    [Fact]
    public async Task Simulate_WithReplicas_StartsThatManyServers()
    {
        await using GatewayProcess simulators = await GatewayProcess.SimulateAsync("--port", "0", "--replicas", "3", "--model", "my/model", "--time-to-first-token", "0", "--inter-token", "0");
        Uri[] addresses = [.. simulators.Output.Where(line => line.Contains("http://", StringComparison.Ordinal)).Select(line => new Uri(line[line.IndexOf("http://", StringComparison.Ordinal)..]))];

        Assert.Equal(3, addresses.Distinct().Count());
        foreach (Uri address in addresses)
        {
            RawAnswer answer = await RawClient.PostAsync(address, "/v1/chat/completions", Requests.Body("chat", "my/model", stream: true));
            Assert.EndsWith("data: [DONE]\n\n", answer.Text, StringComparison.Ordinal);
        }

        simulators.Signal(Signals.Terminate);
        Assert.Equal(0, await simulators.WaitForExitAsync());
    }

    [Fact]
    public async Task Demo_OnFreePorts_StreamsAndSaysItIsSimulated()
    {
        await using GatewayProcess demo = await GatewayProcess.StartAsync(["demo", "--replicas", "2", "--listen", "http://127.0.0.1:0", "--admin-listen", "http://127.0.0.1:0"]);

        RawAnswer answer = await RawClient.PostAsync(demo.Address, "/v1/chat/completions", Requests.Body("chat", GatewayFixture.Model, stream: true));

        Assert.EndsWith("data: [DONE]\n\n", answer.Text, StringComparison.Ordinal);
        await demo.WaitForOutputAsync(line => line.Contains("simulated", StringComparison.Ordinal));
        await demo.WaitForOutputAsync(line => line.Contains($"curl -N {demo.Address}v1/chat/completions", StringComparison.Ordinal));
        demo.Signal(Signals.Interrupt);
        Assert.Equal(0, await demo.WaitForExitAsync());
    }

    [Fact]
    public async Task Serve_WithTheEnvironmentAlone_UsesEveryReplica()
    {
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new SimulatorOptions { Replicas = 2, RecordRequests = true });
        Dictionary<string, string> environment = new()
        {
            ["DYNAMO_BASE_URL"] = $"{frontends.Frontends[0].Address},{frontends.Frontends[1].Address}v1",
            ["NVIDIA_DYNAMO_API_KEY"] = " Bearer the-key ",
            ["GATEWAY__SERVER__LISTEN"] = "http://127.0.0.1:0",
            ["GATEWAY__SERVER__ADMIN_LISTEN"] = "http://127.0.0.1:0",
        };
        string folder = Directory.CreateTempSubdirectory("gateway-environment-").FullName;
        await using GatewayProcess gateway = await GatewayProcess.StartAsync([], folder, environment);

        for (int i = 0; i < 8; i++)
            Assert.Equal(200, (await RawClient.PostAsync(gateway.Address, "/v1/chat/completions", Requests.Body("chat", GatewayFixture.Model, stream: false))).Status);

        Assert.All(frontends.Frontends, frontend => Assert.True(frontend.CompletedGenerations > 0));
        Assert.Equal(8, frontends.Frontends.Sum(frontend => frontend.CompletedGenerations));
        Assert.Equal(["Bearer the-key"], frontends.Frontends[0].LastRequest!.Headers["Authorization"]);
    }

    [Fact]
    public async Task Healthcheck_OfARunningGateway_FollowsItsReadiness()
    {
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new SimulatorOptions());
        await using GatewayProcess ready = await GatewayProcess.ServeAsync($"providers: {{ a: {{ type: dynamo, base-url: '{frontends.Frontends[0].Address}' }} }}");
        await using GatewayProcess useless = await GatewayProcess.ServeAsync("providers: { a: { type: dynamo, base-url: 'http://127.0.0.1:1' } }");

        CommandProcess good = await CommandProcess.GatewayAsync(["healthcheck", ready.Address.ToString()]);
        CommandProcess bad = await CommandProcess.GatewayAsync(["healthcheck", useless.Address.ToString()]);
        CommandProcess live = await CommandProcess.GatewayAsync(["healthcheck", new Uri(useless.Address, "/health/live").ToString()]);

        Assert.Equal((0, 1, 0), (good.ExitCode, bad.ExitCode, live.ExitCode));
    }

    /// <summary>The certificate names the public host, not the loopback address that is asked: any is accepted there, since nothing secret is sent.</summary>
    [Fact]
    public async Task Healthcheck_OfAnHttpsListenerOnLoopback_TakesAnyCertificate()
    {
        using TestCertificates certificates = TestCertificates.Create(TimeProvider.System, "gateway.example.com");
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new SimulatorOptions());
        using LinkedFolder folder = new(("tls.crt", certificates.CertificatePem), ("tls.key", certificates.KeyPem));
        using TemporaryFile file = new($$"""
            server: { listen: "https://127.0.0.1:0", admin-listen: "http://127.0.0.1:0", tls: { certificate: {{folder.PathOf("tls.crt")}}, key: {{folder.PathOf("tls.key")}} } }
            providers: { a: { type: dynamo, base-url: "{{frontends.Frontends[0].Address}}" } }
            """);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(["serve", "--config", file.Path]);

        CommandProcess good = await CommandProcess.GatewayAsync(["healthcheck", gateway.Address.ToString()]);
        CommandProcess plain = await CommandProcess.GatewayAsync(["healthcheck", $"http://127.0.0.1:{gateway.Address.Port}"]);

        Assert.Equal("https", gateway.Address.Scheme);
        Assert.True(good.ExitCode == 0, good.Error);
        Assert.Equal(1, plain.ExitCode);
    }

    [Fact]
    public async Task Serve_AfterAFewRequests_IsSmallWhenIdle()
    {
        GatewayFixture fixture = new();
        await fixture.InitializeAsync();
        for (int i = 0; i < 20; i++)
            await RawClient.PostAsync(fixture.Gateway.Address, "/v1/chat/completions", Requests.Body("chat", GatewayFixture.Model, stream: i % 2 == 0));

        await Hostile.Serving.EventuallyAsync(() => fixture.Gateway.ResidentBytes() is > 0 and <= MaxIdleBytes, "an idle gateway keeps too much memory");
        await fixture.DisposeAsync();
    }
}
