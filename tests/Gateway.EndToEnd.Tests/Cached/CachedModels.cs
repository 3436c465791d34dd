using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Wire;
using Gateway.Simulator;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>
/// A gateway that keeps every answer, in front of a simulated replica and of one that says what that cannot. Ids are equal where
/// <see cref="GatewayFixture.ResponseIdHeader"/> is, times always: answers to the same question differ in nothing.
/// </summary>
public class CachedModels : IAsyncLifetime, IAsyncDisposable
{
    private ScriptedReplica? _said;
    private SimulatedFrontends? _frontends;
    private GatewayProcess? _gateway;

    public GatewayProcess Gateway => _gateway!;

    public Uri Base => new(Gateway.Address, "v1");

    public virtual async Task InitializeAsync()
    {
        _said = new() { Does = SaidAnswers.SayAsync };
        _frontends = await SimulatedFrontends.StartAsync(new SimulatorOptions { OutputTokens = 40, TimeProvider = new StoppedClock() });
        _gateway = await GatewayProcess.ServeAsync($$"""
            providers:
              sim:
                type: dynamo
                base-url: "{{_frontends.Frontends[0].Address}}"
                models: [{{GatewayFixture.Model}}, sim/reasoning-5, sim/escapes, sim/tricky, sim/tools, sim/reasoning-3+tools, sim/crlf, sim/comments, sim/usage-each, sim/no-done]
                request: { allow-headers: [{{GatewayFixture.ResponseIdHeader}}] }
              said:
                type: openai
                base-url: "{{_said.Address.GetLeftPart(UriPartial.Authority)}}"
                models: [{{SaidAnswers.Logprobs}}, {{SaidAnswers.Refusal}}]
            cache: { enabled: true, when: always }
            """);
    }

    /// <summary>Empties the cache: what is asked next is a miss.</summary>
    public async Task ForgetAsync()
    {
        using HttpClient http = new();
        using HttpResponseMessage response = await http.DeleteAsync(new Uri(Gateway.AdminAddress, "/admin/cache"));
        response.EnsureSuccessStatusCode();
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_frontends is not null)
            await _frontends.DisposeAsync();
        _said?.Dispose();
    }
}
