namespace Gateway.Configuration;

/// <summary>One immutable, validated configuration snapshot; a request keeps the one it started with.</summary>
internal sealed record GatewayOptions
{
    public ServerOptions Server { get; init; } = new();

    public AuthOptions Auth { get; init; } = new();

    /// <summary>In file order, which is the fallback order of routers without <c>load-balance</c>.</summary>
    public required IReadOnlyList<ProviderOptions> Providers { get; init; }

    /// <summary>Always holds a router named <c>default</c>.</summary>
    public required IReadOnlyList<RouterOptions> Routers { get; init; }

    /// <summary>Requested model id → equivalents, best first.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ModelMapping { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    public KeepaliveOptions Keepalive { get; init; } = new();

    public RetryOptions Retries { get; init; } = new();

    public HedgingOptions Hedging { get; init; } = new();

    public MidStreamMode MidStream { get; init; }

    public CacheOptions Cache { get; init; } = new();

    /// <summary>Null: each gateway counts alone.</summary>
    public SharedLimitOptions? Limits { get; init; }

    public TelemetryOptions Telemetry { get; init; } = new();
}
