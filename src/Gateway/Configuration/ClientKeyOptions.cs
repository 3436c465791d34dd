namespace Gateway.Configuration;

/// <summary>One entry of <c>auth.keys</c>. Entries that share an <see cref="Id"/> differ in hash, expiry and whether they are enabled only.</summary>
internal sealed record ClientKeyOptions
{
    /// <summary>Names the key in logs, limits and towards upstreams; never a credential.</summary>
    public required string Id { get; init; }

    public required KeyHash Hash { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>From here on the key is refused; null: never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Globs of model ids; empty: every model.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Router names; empty: every router.</summary>
    public IReadOnlyList<string> Routers { get; init; } = [];

    public LimitOptions Limits { get; init; } = LimitOptions.None;
}
