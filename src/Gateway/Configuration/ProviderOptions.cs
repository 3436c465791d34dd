namespace Gateway.Configuration;

/// <summary>One entry of <c>providers</c>.</summary>
internal sealed record ProviderOptions
{
    public required string Name { get; init; }

    public required ProviderType Type { get; init; }

    /// <summary>
    /// One per replica, in file order, without duplicates; a path is kept; a trailing <c>/v1</c> or slash is removed. Empty for <see
    /// cref="ProviderType.Simulator"/> until it has started.
    /// </summary>
    public IReadOnlyList<Uri> BaseUrls { get; init; } = [];

    public Secret? ApiKey { get; init; }

    /// <summary>Tokens instead of <see cref="ApiKey"/>; null: none.</summary>
    public OAuth2Options? OAuth2 { get; init; }

    /// <summary>Whether requests carry a credential of the gateway's own; configured headers aside.</summary>
    public bool HasCredential => ApiKey is not null || OAuth2 is not null;

    /// <summary>The <c>api-version</c> of every request; only for <see cref="ProviderType.AzureOpenAi"/>.</summary>
    public string ApiVersion { get; init; } = AzureOpenAi.DefaultApiVersion;

    /// <summary>Model ids; empty: asked from the upstream and refreshed.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Nothing can be asked of it: a hosted NIM lists its models to whoever has a key, and none are configured.</summary>
    public bool HasNoModels => Type == ProviderType.Nim && Models.Count == 0 && !HasCredential && !Request.HasAuthorization && BaseUrls.Any(HostedNim.Is);

    public TimeoutOptions Timeouts { get; init; } = new();

    public HealthOptions Health { get; init; } = new();

    /// <summary>What the upstream allows us.</summary>
    public LimitOptions RateLimit { get; init; } = LimitOptions.None;

    /// <summary>Every address of the base URL's host is a replica (<c>discover: dns</c>), resolved again and again.</summary>
    public bool DiscoversByDns { get; init; }

    public UpstreamRequestOptions Request { get; init; } = new();

    public SpeechDialect Speech { get; init; }

    /// <summary>PEM file of the certificate authority that signs the upstream's certificate; null: the system's.</summary>
    public string? TlsCaFile { get; init; }

    /// <summary>What that file held when the configuration was loaded; null: it is read when first needed.</summary>
    public string? TlsCaPem { get; init; }

    /// <summary>Number of simulated replicas; only for <see cref="ProviderType.Simulator"/>.</summary>
    public int SimulatedReplicas { get; init; } = 3;

    /// <summary>Digest of everything that was configured for it, contents of files included: equal means that nothing changed. Empty: not known.</summary>
    public string Fingerprint { get; init; } = "";
}
