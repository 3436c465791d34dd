namespace Gateway.Configuration;

/// <summary>When another attempt is made (<c>retries</c>).</summary>
internal sealed record RetryOptions
{
    /// <summary>Attempts of one request, the first and its hedges included; refused connections to further replicas do not count.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Mean of the first wait before the same replica is asked again; doubles with each further wait.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A longer <c>Retry-After</c> of an upstream is passed to the client instead of waited for.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Retries as a share of requests, 0 to 1.</summary>
    public double Budget { get; init; } = 0.2;

    /// <summary>Whether an upstream's "context length exceeded" goes to the next equivalent model once.</summary>
    public bool FallBackOnContextLength { get; init; }
}
