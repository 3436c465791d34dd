namespace Gateway.Configuration;

/// <summary>When a second replica is asked although the first has not failed (<c>hedging</c>); off unless <see cref="Delay"/> is set.</summary>
internal sealed record HedgingOptions
{
    /// <summary>Null: no hedging.</summary>
    public HedgeDelay? Delay { get; init; }

    /// <summary>Lower bound of a measured delay.</summary>
    public TimeSpan MinDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Further requests beyond the first, each a delay after the one before.</summary>
    public int MaxHedges { get; init; } = 1;

    /// <summary>Hedges as a share of requests, 0 to 1.</summary>
    public double Budget { get; init; } = 0.05;

    /// <summary>Whether requests that are not streamed are hedged as well.</summary>
    public bool Unary { get; init; }
}
