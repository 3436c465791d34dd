using Gateway.Simulator;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Resume;

/// <summary>
/// The published gateway with <c>mid-stream: resume</c> in front of a replica that breaks as the test says, and one that answers the same in other
/// chunks.
/// </summary>
public sealed class ResumingGateway : IAsyncLifetime
{
    private SimulatedFrontends? _breaking;
    private SimulatedFrontends? _whole;
    private SimulatedFrontends? _other;
    private GatewayProcess? _gateway;

    internal const string Model = "meta/llama-3.1-8b-instruct";

    internal SimulatedFrontend Breaking => _breaking!.Frontends[0];

    internal SimulatedFrontend Whole => _whole!.Frontends[0];

    internal GatewayProcess Gateway => _gateway!;

    public async Task InitializeAsync()
    {
        SimulatorOptions options = new() { OutputTokens = 12, ReasoningTokens = 4 };
        _breaking = await SimulatedFrontends.StartAsync(options);
        _whole = await SimulatedFrontends.StartAsync(options with { TokensPerChunk = 3 });
        // Another seed: another text.
        _other = await SimulatedFrontends.StartAsync(options with { Seed = 2 });
        const string provider = "timeouts: { connect: 1s, first-byte: 3s, idle: 300ms, total: 20s }";
        _gateway = await GatewayProcess.ServeAsync($$"""
            mid-stream: resume
            retries: { budget: 100% }
            keepalive: { interval: 100ms }
            providers:
              breaking: { type: dynamo, base-url: "{{Breaking.Address}}", {{provider}} }
              whole: { type: dynamo, base-url: "{{Whole.Address}}", {{provider}} }
              other: { type: dynamo, base-url: "{{_other.Frontends[0].Address}}", {{provider}} }
            routers:
              default: { load-balance: { chat: { strategy: priority, providers: [breaking, whole] } } }
              diverging: { load-balance: { chat: { strategy: priority, providers: [breaking, other] } } }
              alone: { load-balance: { chat: { strategy: priority, providers: [breaking] } } }
            """);
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        foreach (SimulatedFrontends? frontends in (SimulatedFrontends?[])[_breaking, _whole, _other])
        {
            if (frontends is not null)
                await frontends.DisposeAsync();
        }
    }
}
