using System.Text.Json;
using Gateway.EndToEnd.Tests.Wire;

namespace Gateway.EndToEnd.Tests.Clients;

/// <summary>Both JavaScript clients, each once at the simulator and once at the gateway in front of it: starting node costs more than a scenario.</summary>
public sealed class JavaScriptRuns : IAsyncLifetime
{
    internal const string OpenAI = "openai.mjs";
    internal const string AI = "ai.mjs";

    private static readonly string[] Shared =
    [
        "chat", "stream", "stream-usage", "reasoning", "tools", "tools-stream", "completion", "completion-stream", "embeddings",
        "unknown-model", "unknown-model-stream", "bad-request", "upstream-500", "error-in-stream", "cut-stream", "ended-stream",
    ];

    private static readonly string[] OfOpenAI = ["tools-helper", "embeddings-float", "responses", "responses-stream", "models", "model-with-slash"];

    private readonly GatewayFixture _fixture = new();
    private readonly Dictionary<string, (IReadOnlyDictionary<string, JsonElement> Direct, IReadOnlyDictionary<string, JsonElement> Through)> _seen = [];

    /// <summary>What a client saw in a scenario, without and with the gateway.</summary>
    internal (JsonElement Direct, JsonElement Through) Of(string client, string scenario) => (_seen[client].Direct[scenario], _seen[client].Through[scenario]);

    public async Task InitializeAsync()
    {
        await _fixture.InitializeAsync();
        await RunAsync(OpenAI, [.. Shared, .. OfOpenAI]);
        await RunAsync(AI, Shared);
    }

    public Task DisposeAsync() => _fixture.DisposeAsync();

    private async Task RunAsync(string client, string[] scenarios) =>
        _seen[client] = (await NodeClient.RunAsync(client, _fixture.DirectBase, scenarios), await NodeClient.RunAsync(client, _fixture.GatewayBase, scenarios));
}
