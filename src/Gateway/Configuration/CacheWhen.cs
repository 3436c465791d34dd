namespace Gateway.Configuration;

/// <summary>Which requests are cached.</summary>
internal enum CacheWhen
{
    /// <summary>Those whose answer is meant to be the same each time: temperature 0 or a seed; embeddings.</summary>
    Deterministic,

    Always,

    /// <summary>Those that ask for it with <c>x-gateway-cache: use</c> or <c>Cache-Control: max-age</c>.</summary>
    Request,
}
