using System.Text.Json;
using Gateway.EndToEnd.Tests.Wire;

namespace Gateway.EndToEnd.Tests.Clients;

/// <summary>npm's <c>openai</c> in its Azure mode gets through the gateway what the same client in its own mode gets from the upstream.</summary>
public sealed class AzureModeTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly string[] Scenarios = ["chat", "stream", "stream-usage", "completion", "completion-stream", "embeddings", "responses", "responses-stream", "models"];

    [Fact]
    public async Task Results_OfEveryScenario_AreWhatTheUpstreamGives()
    {
        IReadOnlyDictionary<string, JsonElement> direct = await NodeClient.RunAsync(JavaScriptRuns.OpenAI, fixture.DirectBase, Scenarios);
        IReadOnlyDictionary<string, JsonElement> azure = await NodeClient.RunAsync("azure.mjs", fixture.GatewayBase, [.. Scenarios, "unknown-model"]);

        foreach (string scenario in Scenarios)
        {
            Assert.True(direct[scenario].TryGetProperty("result", out _), direct[scenario].GetRawText());
            Assert.Equal(direct[scenario].GetRawText(), azure[scenario].GetRawText());
        }

        Assert.Equal("model_not_found", azure["unknown-model"].GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("api-version", fixture.LastPost.ToString(), StringComparison.Ordinal);
    }
}
