namespace Gateway.Configuration;

/// <summary>The <c>keepalive</c> section.</summary>
internal sealed record KeepaliveOptions
{
    /// <summary>Silence towards the client after which a frame is sent; zero: off.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(8);

    public KeepaliveStyle Style { get; init; } = KeepaliveStyle.Chunk;

    /// <summary>Whether silence before the upstream's first content commits 200 and starts keepalives.</summary>
    public bool BeforeHeaders { get; init; } = true;
}
