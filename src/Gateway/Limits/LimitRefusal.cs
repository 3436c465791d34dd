namespace Gateway.Limits;

/// <summary>What keeps a claim from being granted: of several limits the one that does so longest, since the claim needs them all.</summary>
internal struct LimitRefusal
{
    private LimitKind _kind;
    private TimeSpan _wait;

    /// <summary>Null: nothing does.</summary>
    internal LimitScope? By { get; private set; }

    /// <param name="scope">Whose limit.</param>
    /// <param name="kind">Which.</param>
    /// <param name="wait">Until it has room; zero: it has.</param>
    internal void Add(LimitScope scope, LimitKind kind, TimeSpan wait)
    {
        if (wait > _wait)
            (By, _kind, _wait) = (scope, kind, wait);
    }

    internal readonly LimitVerdict ToVerdict(LimitStanding? requests, LimitStanding? tokens) => new()
    {
        RefusedBy = By,
        Refused = _kind,
        RetryAfter = _wait,
        Requests = requests,
        Tokens = tokens,
    };
}
