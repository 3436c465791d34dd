namespace Gateway.Configuration;

/// <summary>Deadlines of one upstream (<c>providers.*.timeouts</c>).</summary>
internal sealed record TimeoutOptions
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Streams only: until the first content.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Streams only: between two reads that brought an event.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The whole request, all attempts included.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(30);
}
