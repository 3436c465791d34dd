using Gateway.Configuration.Reading;
using Gateway.Configuration.Schema;

namespace Gateway.Configuration.Mapping;

internal static class ProviderMapper
{
    public static IReadOnlyList<ProviderOptions> Map(SectionReader providers, ServerOptions server)
    {
        NameRules.Check(providers, "provider");
        return [.. providers.Entries.Select(entry => MapOne(entry, providers.Section(entry.Key), server)).OfType<ProviderOptions>()];
    }

    private static ProviderOptions? MapOne(ConfigEntry entry, SectionReader provider, ServerOptions server)
    {
        if (entry.Value.IsNull)
        {
            provider.ReportSelf("is empty", "give it `type` and `base-url`");
            return null;
        }

        ProviderType? type = provider.Text("type") switch
        {
            "dynamo" => ProviderType.Dynamo,
            "openai" => ProviderType.OpenAi,
            "nim" => ProviderType.Nim,
            "azure-openai" => ProviderType.AzureOpenAi,
            "simulator" => ProviderType.Simulator,
            _ => null,
        };
        Secret? apiKey = MapApiKey(provider);
        OAuth2Options? oauth2 = OAuth2Mapper.Map(provider);
        IReadOnlyList<Uri> baseUrls = MapBaseUrls(provider, type, server);
        CheckCombinations(provider, type);
        (string File, string Pem)? authority = AuthorityFile.Read(provider.Section("tls"), "ca");
        return new ProviderOptions
        {
            Name = entry.Key,
            Type = type ?? ProviderType.OpenAi,
            BaseUrls = baseUrls,
            DiscoversByDns = DiscoveryMapper.Map(provider, baseUrls),
            ApiKey = apiKey,
            OAuth2 = oauth2,
            ApiVersion = AzureMapper.ApiVersion(provider, type),
            Models = provider.DistinctTexts("models", StringComparer.Ordinal),
            Timeouts = MapTimeouts(provider.Section("timeouts"), ProviderDefaults.Timeouts(type)),
            Health = HealthMapper.Map(provider.Section("health"), ProviderDefaults.Health(type, baseUrls)),
            RateLimit = LimitMapper.Map(provider),
            Request = RequestMapper.Map(provider.Section("request"), ProviderDefaults.Request(type), CredentialHeader(type, apiKey, oauth2)),
            Speech = provider.Text("speech") == "riva" ? SpeechDialect.Riva : SpeechDialect.OpenAi,
            TlsCaFile = authority?.File,
            TlsCaPem = authority?.Pem,
            SimulatedReplicas = provider.Integer("replicas", 3),
        };
    }

    /// <summary>The header that the provider's own credential goes into; null without one.</summary>
    private static string? CredentialHeader(ProviderType? type, Secret? apiKey, OAuth2Options? oauth2) =>
        oauth2 is not null ? "authorization" : apiKey is null ? null : type == ProviderType.AzureOpenAi ? AzureOpenAi.KeyHeader : "authorization";

    private static void CheckCombinations(SectionReader provider, ProviderType? type)
    {
        string[] wrong = type switch
        {
            null => [],
            ProviderType.Simulator => ["base-url", "base-urls", "discover", "tls", "oauth2"],
            _ => ["replicas"],
        };
        foreach (string key in wrong.Where(provider.Has))
        {
            provider.Report(key, type == ProviderType.Simulator ? "a simulator runs inside the gateway and has no address" : "only a simulator has it",
                type == ProviderType.Simulator ? "remove it, or choose another type" : "remove it, or list the replicas in base-urls");
        }
    }

    private static Secret? MapApiKey(SectionReader provider) => provider.Scalar("api-key") is { } key
        ? SecretText.Parse(key.Text, key.Source, provider.PathOf("api-key"), provider.Context)
        : SecretText.ReadFile(provider, "api-key-file");

    private static List<Uri> MapBaseUrls(SectionReader provider, ProviderType? type, ServerOptions server)
    {
        if (type == ProviderType.Simulator)
            return [];

        string key = provider.Has("base-urls") ? "base-urls" : "base-url";
        if (!provider.Has(key) && ProviderDefaults.BaseUrl(type) is { } usual)
            return [WithoutVersion(new Uri(usual), type)];
        if (!provider.Has(key) && type is not null)
            provider.ReportSelf("has no base-url", $"add `base-url: {ProviderDefaults.ExampleUrl(type)}`");

        List<Uri> urls = [];
        foreach ((ConfigScalar item, string path) in provider.Items(key))
        {
            if (!UrlText.TryParse(item.Text, out Uri? written))
                continue;

            Uri url = WithoutVersion(written, type);
            if (urls.Contains(url))
                provider.Context.Report(item.Source, path, "is listed twice", "remove one of the two; every entry is a replica");
            else if (server.Listen.Any(own => url.IsLoopback && url.AbsolutePath == "/" && ListenAddress.Overlap(own, url)))
                provider.Context.Report(item.Source, path, "is this gateway's own address", "name the upstream's address, or change server.listen");
            else if (HostedNim.Is(url) && url.Scheme != Uri.UriSchemeHttps)
                provider.Context.Report(item.Source, path, "is not https, and the key would travel in the clear", $"write https://{url.Host}");
            else
                urls.Add(url);
        }

        return urls;
    }

    /// <summary>Requests are sent to <c>{base-url}/v1/…</c>, or <c>{base-url}/openai/…</c>, and users write both forms.</summary>
    private static Uri WithoutVersion(Uri url, ProviderType? type)
    {
        string path = url.AbsolutePath.TrimEnd('/');
        if (path.EndsWith("/v1", StringComparison.Ordinal))
            path = path[..^"/v1".Length].TrimEnd('/');
        if (type == ProviderType.AzureOpenAi && path.EndsWith("/openai", StringComparison.Ordinal))
            path = path[..^"/openai".Length].TrimEnd('/');

        return new UriBuilder(url) { Path = path }.Uri;
    }

    private static TimeoutOptions MapTimeouts(SectionReader timeouts, TimeoutOptions defaults) => new()
    {
        Connect = timeouts.Duration("connect", defaults.Connect),
        FirstByte = timeouts.Duration("first-byte", defaults.FirstByte),
        Idle = timeouts.Duration("idle", defaults.Idle),
        Total = timeouts.Duration("total", defaults.Total),
    };
}
