namespace Gateway.Configuration;

/// <summary>The <c>auth</c> section.</summary>
internal sealed record AuthOptions
{
    /// <summary>In file order; empty: whoever reaches the public listeners may use them.</summary>
    public IReadOnlyList<ClientKeyOptions> Keys { get; init; } = [];

    public bool IsOpen => Keys.Count == 0;
}
