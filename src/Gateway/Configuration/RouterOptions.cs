namespace Gateway.Configuration;

/// <summary>One entry of <c>routers</c>.</summary>
internal sealed record RouterOptions
{
    public required string Name { get; init; }

    /// <summary>Used for endpoints without an entry of their own (<c>load-balance.chat</c>).</summary>
    public required LoadBalanceOptions Default { get; init; }

    public IReadOnlyDictionary<Endpoint, LoadBalanceOptions> PerEndpoint { get; init; } = new Dictionary<Endpoint, LoadBalanceOptions>();

    /// <summary>What serves <paramref name="endpoint"/>.</summary>
    public LoadBalanceOptions For(Endpoint endpoint) => PerEndpoint.GetValueOrDefault(endpoint) ?? Default;

    /// <summary>Null: the global setting.</summary>
    public KeepaliveOptions? Keepalive { get; init; }

    /// <summary>The global setting where the router has none of its own, as for the two below.</summary>
    public RetryOptions Retries { get; init; } = new();

    public HedgingOptions Hedging { get; init; } = new();

    public MidStreamMode MidStream { get; init; }

    public CacheOptions Cache { get; init; } = new();

    public LimitOptions RateLimit { get; init; } = LimitOptions.None;
}
