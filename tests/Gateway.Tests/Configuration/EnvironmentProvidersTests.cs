using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class EnvironmentProvidersTests
{
    [Fact]
    public void NoFile_AllVariables_MakeTheirProvidersInOrder()
    {
        GatewayOptions options = Load.NoFile()
            .With("OPENAI_API_KEY", "sk")
            .With("NVIDIA_API_KEY", "Bearer nvapi-1")
            .With("DYNAMO_BASE_URL", "http://d0:8000, http://d1:8000/v1")
            .With("NVIDIA_DYNAMO_API_KEY", "nv")
            .Options();

        Assert.Equal([("nvidia-dynamo", ProviderType.Dynamo), ("nvidia-nim", ProviderType.Nim), ("openai", ProviderType.OpenAi)], options.Providers.Select(provider => (provider.Name, provider.Type)));
        Assert.Equal(["http://d0:8000/", "http://d1:8000/"], options.Providers[0].BaseUrls.Select(url => url.AbsoluteUri));
        Assert.Equal(["nv", "nvapi-1", "sk"], options.Providers.Select(provider => provider.ApiKey?.Reveal()));
        Assert.Equal("https://integrate.api.nvidia.com/", options.Providers[1].BaseUrls[0].AbsoluteUri);
        Assert.Equal("https://api.openai.com/", options.Providers[2].BaseUrls[0].AbsoluteUri);
        Assert.Equal(["nvidia-dynamo", "nvidia-nim", "openai"], Assert.Single(options.Routers).Default.Providers.Select(provider => provider.Name));
    }

    [Fact]
    public void NoFile_OpenAiBaseUrl_IsUsed() =>
        Assert.Equal("http://o/x", Load.NoFile().With("OPENAI_API_KEY", "sk").With("OPENAI_BASE_URL", "http://o/x/v1").Options().Providers[0].BaseUrls[0].AbsoluteUri);

    [Fact]
    public void NoFile_NimBaseUrl_IsUsed()
    {
        ProviderOptions provider = Load.NoFile().With("NVIDIA_NIM_API_KEY", "k").With("NVIDIA_NIM_BASE_URL", "http://nim:8000/v1").Options().Providers[0];
        Assert.Equal(("nvidia-nim", "http://nim:8000/", "k"), (provider.Name, provider.BaseUrls[0].AbsoluteUri, provider.ApiKey?.Reveal()));
    }

    [Fact]
    public void NoFile_Nothing_NamesTheVariablesAndDemo()
    {
        string error = Load.NoFile().Error().ToString();

        Assert.All(["DYNAMO_BASE_URL", "NVIDIA_DYNAMO_API_KEY", "NVIDIA_API_KEY", "NVIDIA_NIM_BASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "gateway demo"], name => Assert.Contains(name, error, StringComparison.Ordinal));
    }

    [Fact]
    public void NoFile_OnlyHalfOfTheLlmGateway_NamesWhatIsMissing() => Assert.Contains(
        "(STARFLEET_ID, LLM_GATEWAY_MODEL: ignored without STARFLEET_SECRET, STARFLEET_TOKEN_URL, LLM_GATEWAY_BASE_URL)",
        Load.NoFile().With("STARFLEET_ID", "x").With("LLM_GATEWAY_MODEL", "m").Error().ToString(), StringComparison.Ordinal);

    [Fact]
    public void NoFile_LlmGateway_IsBetweenNimAndOpenAi()
    {
        GatewayOptions options = LlmGateway(Load.NoFile().With("OPENAI_API_KEY", "sk").With("NVIDIA_API_KEY", "nv"))
            .With("LLM_GATEWAY_API_VERSION", "2025-01-01").With("LLM_GATEWAY_MODEL", "gpt-4o, o3").Options();

        Assert.Equal(["nvidia-nim", "nvidia-llm-gateway", "openai"], options.Providers.Select(provider => provider.Name));
        ProviderOptions gateway = options.Providers[1];
        Assert.Equal((ProviderType.AzureOpenAi, "https://llm.example/x", "2025-01-01"), (gateway.Type, gateway.BaseUrls.Single().AbsoluteUri, gateway.ApiVersion));
        Assert.Equal(["gpt-4o", "o3"], gateway.Models);
        OAuth2Options oauth2 = gateway.OAuth2!;
        Assert.Equal(("https://sso.example/token", "id", "s3", "azureopenai-readwrite"), (oauth2.TokenUrl.AbsoluteUri, oauth2.ClientId, oauth2.ClientSecret.Reveal(), oauth2.Scope));
        Assert.Equal("correlationId", gateway.Request.CorrelationIdHeader);
    }

    [Fact]
    public void NoFile_LlmGatewayAlone_HasItsDefaults()
    {
        ConfigurationResult result = LlmGateway(Load.NoFile()).Result();

        Assert.Equal(AzureOpenAi.DefaultApiVersion, Assert.Single(result.Options!.Providers).ApiVersion);
        Assert.Contains("providers.nvidia-llm-gateway.models: not given", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain("s3", string.Join(' ', result.Values), StringComparison.Ordinal);
    }

    [Fact]
    public void NoFile_HalfSettings_Warn() => Assert.Equal(
        ["OPENAI_BASE_URL: ignored without OPENAI_API_KEY", "STARFLEET_ID: ignored without STARFLEET_SECRET, STARFLEET_TOKEN_URL, LLM_GATEWAY_BASE_URL"],
        Load.NoFile().With("DYNAMO_BASE_URL", "http://d").With("OPENAI_BASE_URL", "http://o").With("STARFLEET_ID", "x").Result().Warnings);

    [Fact]
    public void NoFile_WrongUrl_NamesTheVariable() => Assert.StartsWith(
        "DYNAMO_BASE_URL: providers.nvidia-dynamo.base-urls[0]: not an http or https URL", Load.NoFile().With("DYNAMO_BASE_URL", "d0:8000").Error().ToString(), StringComparison.Ordinal);

    [Fact]
    public void NoFile_Overrides_Apply()
    {
        GatewayOptions options = Load.NoFile().With("DYNAMO_BASE_URL", "http://d").With("GATEWAY__PROVIDERS__NVIDIA_DYNAMO__TIMEOUTS__IDLE", "9s").Set("keepalive.interval", "off").Options();

        Assert.Equal(TimeSpan.FromSeconds(9), options.Providers[0].Timeouts.Idle);
        Assert.Equal(TimeSpan.Zero, options.Keepalive.Interval);
    }

    private static Load LlmGateway(Load load) => load
        .With("STARFLEET_ID", "id").With("STARFLEET_SECRET", "s3").With("STARFLEET_TOKEN_URL", "https://sso.example/token").With("LLM_GATEWAY_BASE_URL", "https://llm.example/x/openai");

    [Fact]
    public void File_Exists_VariablesMakeNoProvider() => Assert.Single(Load.Yaml(Load.Minimal).With("OPENAI_API_KEY", "sk").Options().Providers);
}
