using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>A provider that does what the test says, and its fallback that answers well.</summary>
internal sealed class TwoProviders : IDisposable
{
    private readonly ScriptedUpstream _bad;
    private readonly ScriptedUpstream _good = new(static (connection, _) => Chat.AnswerAsync(connection));

    public TwoProviders() => _bad = new((connection, _) => First(connection));

    /// <summary>What the first provider does with each request.</summary>
    internal Func<UpstreamConnection, Task> First { get; set; } = Chat.AnswerAsync;

    internal GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>Starts the gateway.</summary>
    public async Task InitializeAsync() => Gateway = await GatewayProcess.ServeAsync($$"""
        providers:
          bad: { type: openai, base-url: "{{_bad.Address}}", models: [m, only-bad], timeouts: { connect: 1s, first-byte: 400ms, idle: 400ms, total: 10s } }
          good: { type: openai, base-url: "{{_good.Address}}", models: [m] }
        """);

    public async Task DisposeAsync() => await Gateway.DisposeAsync();

    public void Dispose()
    {
        _bad.Dispose();
        _good.Dispose();
    }
}
