namespace Gateway.Redis;

/// <summary>How one client talks to its server.</summary>
internal sealed record RedisOptions
{
    public required RedisAddress Address { get; init; }

    /// <summary>What is kept there, for the log: <c>limits</c>, <c>cache</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>PEM file of the only certificate authorities to trust; null: the system's.</summary>
    public string? TlsCaFile { get; init; }

    /// <summary>Made known to every server before anything else, so that a script's first run takes one round trip too and keeps its place.</summary>
    public IReadOnlyList<RedisScript> Scripts { get; init; } = [];

    /// <summary>How long a caller waits for an answer; a server that takes longer gets no further commands until it has answered.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Name lookup, TCP, TLS and the greeting together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A connection that owes an answer for longer is closed and replaced.</summary>
    public TimeSpan AbandonAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>An idle connection is asked for a sign of life this often.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Commands that wait for an answer at most; more are refused at once.</summary>
    public int MaxOutstanding { get; init; } = 10_000;

    /// <summary>Bytes of commands that wait to be written at most, beside the one that passes it.</summary>
    public long MaxUnsent { get; init; } = 64 * 1024 * 1024;

    /// <summary>The mean of the first wait before another connection is tried; doubles each time.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(5);
}
