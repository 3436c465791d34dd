namespace Gateway.Configuration;

/// <summary>How requests are rewritten for an upstream (<c>providers.*.request</c>).</summary>
internal sealed record UpstreamRequestOptions
{
    public StreamOptionsMode StreamOptions { get; init; } = StreamOptionsMode.Inject;

    public MaxTokensField MaxTokensField { get; init; } = MaxTokensField.Keep;

    /// <summary>Top-level body fields that are removed.</summary>
    public IReadOnlyList<string> DropFields { get; init; } = [];

    /// <summary>Headers that are added; values may be credentials.</summary>
    public IReadOnlyList<KeyValuePair<string, Secret>> Headers { get; init; } = [];

    /// <summary>Whether <see cref="Headers"/> holds a credential of the standard kind.</summary>
    public bool HasAuthorization => HasHeader("authorization");

    /// <summary>Whether <see cref="Headers"/> holds a header of that name: then it is the operator's word, not the client's.</summary>
    public bool HasHeader(string name)
    {
        for (int i = 0; i < Headers.Count; i++)
        {
            if (Headers[i].Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>Client headers that are forwarded beyond the standard list.</summary>
    public IReadOnlyList<string> AllowHeaders { get; init; } = [];

    /// <summary>Header that carries a unique id per attempt; null: none.</summary>
    public string? CorrelationIdHeader { get; init; }

    /// <summary>Whether the id of the client's key is sent as <c>x-tenant-id</c>.</summary>
    public bool TenantHeader { get; init; }
}
