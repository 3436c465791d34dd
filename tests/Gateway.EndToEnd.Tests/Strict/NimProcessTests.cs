using Gateway.EndToEnd.Tests.Commands;
using Gateway.EndToEnd.Tests.Hostile;
using Gateway.Simulator;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Strict;

/// <summary>What a provider of type nim says of itself, and a simulated strict one.</summary>
public sealed class NimProcessTests
{
    [Fact]
    public async Task Check_HostedWithoutKeyAndModels_SaysThatItServesNothing()
    {
        using TemporaryFile file = new("providers: { hosted: { type: nim } }\n");

        CommandProcess check = await CommandProcess.GatewayAsync(["check", "--config", file.Path]);

        Assert.Equal(0, check.ExitCode);
        Assert.Contains("https://integrate.api.nvidia.com", check.Output, StringComparison.Ordinal);
        Assert.Contains("models: none: without an api-key", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_HostedWithoutKeyAndModels_SaysWhyNot()
    {
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync("providers: { hosted: { type: nim } }\n");
        using HttpClient http = new();

        using HttpResponseMessage ready = await http.GetAsync(new Uri(gateway.Address, "/health/ready"));

        Assert.Equal(503, (int)ready.StatusCode);
        Assert.Contains("provider hosted has neither an api-key nor models", await StrictFixture.TextAsync(ready), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_OnlyANimKey_MakesAProvider()
    {
        CommandProcess check = await CommandProcess.GatewayAsync(["check"], new Dictionary<string, string> { ["NVIDIA_API_KEY"] = "nvapi-secret" });

        Assert.Equal(0, check.ExitCode);
        Assert.Contains("nvidia-nim", check.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("nvapi-secret", check.Output + check.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sim/strict", "2")]
    [InlineData("sim/strict-422", "2")]
    [InlineData("sim/pending-1", "1")]
    [InlineData("sim/pending-1+strict", "2")]
    public async Task Chat_SimulatedStrictModel_IsAnswered(string model, string attempts)
    {
        await using SimulatedFrontends simulated = await SimulatedFrontends.StartAsync(new() { OutputTokens = 3 });
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync($$"""providers: { nim: { type: nim, base-url: "{{simulated.Frontends[0].Address}}" } }""");
        using HttpClient http = new();
        foreach (string expected in (string[])[attempts, "1"])
        {
            using StringContent body = new($$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}],"stream":true,"n":1}""", System.Text.Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await http.PostAsync(new Uri(gateway.Address, Chat.Path), body);
            Assert.EndsWith(Chat.Done, await StrictFixture.TextAsync(response));
            Assert.Equal(expected, StrictFixture.Header(response, "x-gateway-attempts"));
        }
    }
}
