namespace Gateway.Configuration;

/// <summary>One <c>rate-limit</c> section: of a client key, a router or a provider. Null: not limited.</summary>
internal sealed record LimitOptions
{
    public static LimitOptions None { get; } = new();

    /// <summary>Also the burst: any T seconds admit at most N(1 + T/60).</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Prompt and completion tokens together; also the burst.</summary>
    public long? TokensPerMinute { get; init; }

    public int? ConcurrentRequests { get; init; }

    /// <summary>Providers only: how long a request waits for its turn, in arrival order, before it is refused; zero: not at all.</summary>
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public bool IsEmpty => RequestsPerMinute is null && TokensPerMinute is null && ConcurrentRequests is null;
}
