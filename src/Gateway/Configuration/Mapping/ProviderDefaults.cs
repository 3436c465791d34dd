namespace Gateway.Configuration.Mapping;

/// <summary>What differs by the provider's type, for keys that are not given.</summary>
internal static class ProviderDefaults
{
    /// <summary>A public service is further away, and its models differ in which fields they take.</summary>
    private static readonly TimeoutOptions RemoteTimeouts = new() { Connect = TimeSpan.FromSeconds(10) };

    private static readonly UpstreamRequestOptions NimRequest = new() { StreamOptions = StreamOptionsMode.Adaptive, MaxTokensField = MaxTokensField.MaxTokens };

    /// <summary>About a hundred models from far away, out of a quota that answers come from too.</summary>
    private static readonly HealthOptions HostedHealth = new() { Interval = TimeSpan.FromMinutes(1), Timeout = TimeSpan.FromSeconds(10) };

    private static readonly UpstreamRequestOptions AzureRequest = new() { CorrelationIdHeader = AzureOpenAi.CorrelationIdHeader };

    public static TimeoutOptions Timeouts(ProviderType? type) => type is ProviderType.Nim or ProviderType.AzureOpenAi ? RemoteTimeouts : new();

    public static UpstreamRequestOptions Request(ProviderType? type) => type switch
    {
        ProviderType.Nim => NimRequest,
        ProviderType.AzureOpenAi => AzureRequest,
        _ => new(),
    };

    public static HealthOptions Health(ProviderType? type, IReadOnlyList<Uri> baseUrls) =>
        type == ProviderType.AzureOpenAi || (type == ProviderType.Nim && baseUrls.Any(HostedNim.Is)) ? HostedHealth : new();

    /// <summary>Null: the address has to be given.</summary>
    public static string? BaseUrl(ProviderType? type) => type == ProviderType.Nim ? HostedNim.DefaultUrl : null;

    /// <summary>What to write where the address is missing.</summary>
    public static string ExampleUrl(ProviderType? type) => type switch
    {
        ProviderType.OpenAi => "https://api.openai.com",
        ProviderType.AzureOpenAi => "https://RESOURCE.openai.azure.com",
        _ => "http://HOST:8000",
    };
}
