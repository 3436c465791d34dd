namespace Gateway.Configuration;

/// <summary>How a provider's access tokens are got: OAuth 2.0 client credentials, RFC 6749 §4.4 (<c>providers.*.oauth2</c>).</summary>
internal sealed record OAuth2Options
{
    /// <summary><c>https</c>, or <c>http</c> on loopback.</summary>
    public required Uri TokenUrl { get; init; }

    public required string ClientId { get; init; }

    public required Secret ClientSecret { get; init; }

    /// <summary>Where <see cref="ClientSecret"/> was read from, to be read again before each token: secrets are rotated under running processes. Null: it was given itself.</summary>
    public string? ClientSecretFile { get; init; }

    /// <summary>Null: none is asked for.</summary>
    public string? Scope { get; init; }

    public OAuth2AuthStyle AuthStyle { get; init; }
}
