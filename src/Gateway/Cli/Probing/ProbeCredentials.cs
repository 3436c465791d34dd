using Gateway.Configuration;

namespace Gateway.Cli.Probing;

/// <summary>What a provider is configured to show its upstream.</summary>
internal static class ProbeCredentials
{
    internal static bool Has(ProviderOptions provider) => NameOf(provider) is not null;

    /// <summary>As configured; null: none.</summary>
    internal static string? NameOf(ProviderOptions provider) =>
        provider.ApiKey is not null ? "api-key"
        : provider.OAuth2 is not null ? "oauth2"
        : provider.Request.HasAuthorization ? "request.headers"
        : null;
}
