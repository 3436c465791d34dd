using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

/// <summary>What only providers of type <c>azure-openai</c> have.</summary>
internal static class AzureMapper
{
    public static string ApiVersion(SectionReader provider, ProviderType? type)
    {
        ConfigScalar? version = provider.Scalar("api-version");
        if (type != ProviderType.AzureOpenAi)
        {
            if (version is not null && type is not null)
                provider.Report("api-version", "only azure-openai has it", "remove it, or write `type: azure-openai`");
            return AzureOpenAi.DefaultApiVersion;
        }

        if (!provider.Has("models"))
            provider.Context.Warnings.Add($"{provider.Path}.models: not given; {{base-url}}/openai/models is asked, which names models rather than deployments");
        if (version is null || version.Text.Length == 0)
            return AzureOpenAi.DefaultApiVersion;
        if (version.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
            return version.Text;
        provider.Report("api-version", "is not a version's name", $"write it as in {AzureOpenAi.DefaultApiVersion}");
        return AzureOpenAi.DefaultApiVersion;
    }
}
