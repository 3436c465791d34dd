namespace Gateway.Configuration;

/// <summary>How replicas of one provider are probed and ejected (<c>providers.*.health</c>).</summary>
internal sealed record HealthOptions
{
    /// <summary>Path that answers 2xx while a replica is well; null: by its model list where that is asked for, else not probed.</summary>
    public string? Path { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Passing probes in a row that make an unhealthy replica healthy.</summary>
    public int HealthyAfter { get; init; } = 2;

    /// <summary>Failed probes in a row that make a replica unhealthy.</summary>
    public int UnhealthyAfter { get; init; } = 3;

    /// <summary>Failed requests in a row that eject a replica.</summary>
    public int EjectAfter { get; init; } = 3;
}
