using Gateway.Simulator;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Wire;

/// <summary>
/// The published gateway in front of one simulated replica, so that a test can ask either and compare. Answers to the same request are equal,
/// <c>created</c> included; ids too when the request carries <see cref="ResponseIdHeader"/>.
/// </summary>
public class GatewayFixture : IAsyncLifetime
{
    /// <summary>The simulator, like Dynamo, takes the response's id from this header; this gateway lets it through.</summary>
    public const string ResponseIdHeader = "request-id";

    public const string ResponseId = "11111111-2222-4333-8444-555555555555";
    public const string Model = "meta/llama-3.1-8b-instruct";

    private SimulatedFrontends? _frontends;
    private GatewayProcess? _gateway;

    public SimulatedFrontend Upstream => _frontends!.Frontends[0];

    public GatewayProcess Gateway => _gateway!;

    /// <summary>Where the SDKs are pointed at, directly and through the gateway.</summary>
    public Uri DirectBase => new(Upstream.Address, "v1");

    public Uri GatewayBase => new(Gateway.Address, "v1");

    /// <summary>The newest recorded request that was not one of the gateway's own questions.</summary>
    public RecordedRequest LastPost => Upstream.Requests.Last(request => request.Method == "POST");

    protected virtual SimulatorOptions Options => new() { OutputTokens = 12, RecordRequests = true, TimeProvider = new StoppedClock() };

    /// <summary>Lines for the provider in the configuration, indented by four.</summary>
    protected virtual string Provider => $"request: {{ allow-headers: [{ResponseIdHeader}] }}";

    protected virtual string[] Arguments => [];

    public async Task InitializeAsync()
    {
        _frontends = await SimulatedFrontends.StartAsync(Options);
        _gateway = await GatewayProcess.ServeAsync(
            $"""
            providers:
              dynamo:
                type: dynamo
                base-url: {Upstream.Address}
                {Provider}
            """,
            Arguments);
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_frontends is not null)
            await _frontends.DisposeAsync();
    }
}
