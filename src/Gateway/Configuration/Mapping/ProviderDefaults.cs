namespace Gateway.Configuration.Mapping;

/// <summary>What differs by the provider's type, for keys that are not given.</summary>
internal static class ProviderDefaults
{
    /// <summary>A public service is further away, and its models differ in which fields they take.</summary>
    private static readonly TimeoutOptions RemoteTimeouts = new() { Connect = TimeSpan.FromSeconds(10) };

    private static readonly UpstreamRequestOptions NimRequest = new() { StreamOptions = StreamOptionsMode.Adaptive, MaxTokensField = MaxTokensField.MaxTokens };

    /// <summary>About a hundred models from far away, out of a quota that answers come from too.</summary>
    private static readonly HealthOptions HostedHealth = new() { Interval = TimeSpan.FromMinutes(1), Timeout = TimeSpan.FromSeconds(10) };

    public static TimeoutOptions Timeouts(ProviderType? type) => type == ProviderType.Nim ? RemoteTimeouts : new();

    public static UpstreamRequestOptions Request(ProviderType? type) => type == ProviderType.Nim ? NimRequest : new();

    public static HealthOptions Health(ProviderType? type, IReadOnlyList<Uri> baseUrls) =>
        type == ProviderType.Nim && baseUrls.Any(HostedNim.Is) ? HostedHealth : new();

    /// <summary>Null: the address has to be given.</summary>
    public static string? BaseUrl(ProviderType? type) => type == ProviderType.Nim ? HostedNim.DefaultUrl : null;

    /// <summary>What to write where the address is missing.</summary>
    public static string ExampleUrl(ProviderType? type) => type == ProviderType.OpenAi ? "https://api.openai.com" : "http://HOST:8000";
}
