using Gateway.Configuration;

namespace Gateway.Upstream.Dialects;

/// <summary>From a provider's type to its dialect.</summary>
internal static class DialectOf
{
    internal static IDialect Provider(ProviderOptions options) =>
        options.Type == ProviderType.AzureOpenAi ? new AzureOpenAiDialect(options.ApiVersion) : OpenAiDialect.Instance;
}
