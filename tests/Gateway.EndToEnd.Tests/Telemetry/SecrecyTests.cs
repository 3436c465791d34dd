using Gateway.EndToEnd.Tests.Wire;
using Gateway.Simulator;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Telemetry;

/// <summary>Canaries in every place where a secret or an inner name can be: none may come out in an answer, a log line, a metric or a check.</summary>
public sealed class SecrecyTests
{
    private const string Canary = "CANARY";

    /// <summary>Part of addresses: a check prints it, nobody else may.</summary>
    private const string InnerName = "inner-name";

    private static readonly string[] ClientSecrets =
    [
        $"Authorization: Bearer client-{Canary}", $"api-key: key-{Canary}", $"x-api-key: xkey-{Canary}", $"Cookie: session={Canary}", $"x-tenant-id: tenant-{Canary}",
    ];

    [Fact]
    public async Task Secrets_InAnswersLogsAndMetrics_NeverAppear()
    {
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new SimulatorOptions { OutputTokens = 12 });
        SimulatedFrontend upstream = frontends.Frontends[0];
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync(Configuration(upstream.Address), "--set", "telemetry.logs=json");
        List<string> heads = [];
        foreach (string model in new[] { GatewayFixture.Model, "no/such-model", "sim/401", "sim/403", "sim/500", "sim/html", "sim/400-context", "sim/cut-after-5", "unreachable/m", "unresolvable/m" })
        {
            foreach (bool stream in new[] { false, true })
            {
                RawAnswer answer = await RawClient.PostAsync(gateway.Address, $"/v1/chat/completions?token={Canary}", Requests.Body("chat", model, stream), ClientSecrets);
                AssertNoSecret(answer.Text, upstream);
                heads.AddRange(answer.Headers.SelectMany(header => header));
            }
        }

        await RawClient.PostAsync(gateway.Address, "/v1/chat/completions", $"{{\"model\":\"{Canary}", ClientSecrets);
        await gateway.WaitForOutputAsync(line => line.Contains("unresolvable", StringComparison.Ordinal) && line.Contains("\"stream\":true", StringComparison.Ordinal));
        AssertNoSecret(string.Join('\n', heads), upstream);
        AssertNoSecret(string.Join('\n', gateway.Output), upstream);
        AssertNoSecret(gateway.StandardError, upstream);
        AssertNoSecret((await Scrape.TakeAsync(gateway)).Text, upstream);
    }

    [Fact]
    public async Task Secrets_InACheck_NeverAppear()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Configuration(new("http://127.0.0.1:1")));

        CommandProcess valid = await CommandProcess.GatewayAsync(["check", "--config", file]);
        await File.AppendAllTextAsync(file, "\nnonsense: 1\n");
        CommandProcess invalid = await CommandProcess.GatewayAsync(["check", "--config", file]);
        File.Delete(file);

        Assert.Equal((0, 1), (valid.ExitCode, invalid.ExitCode));
        Assert.DoesNotContain(Canary, $"{valid}{invalid}", StringComparison.Ordinal);
    }

    private static void AssertNoSecret(string text, SimulatedFrontend upstream)
    {
        Assert.DoesNotContain(Canary, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(InnerName, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(upstream.Address.Authority, text, StringComparison.Ordinal);
    }

    private static string Configuration(Uri upstream) =>
        $$"""
        providers:
          dynamo:
            type: dynamo
            base-url: {{upstream}}
            api-key: provider-{{Canary}}
            request: { headers: { x-added: added-{{Canary}} } }
          unreachable:
            type: dynamo
            base-url: http://127.0.0.1:1/{{InnerName}}
            models: [m]
          unresolvable:
            type: openai
            base-url: http://{{InnerName}}.invalid
            api-key: other-{{Canary}}
            models: [m]
        """;
}
