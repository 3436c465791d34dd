namespace Gateway.Configuration.Reading;

/// <summary>The providers that well-known variables make when there is no file.</summary>
internal static class EnvironmentProviders
{
    public const string Help = "set DYNAMO_BASE_URL (comma-separated replicas, with NVIDIA_DYNAMO_API_KEY if it wants a key), NVIDIA_API_KEY (with NVIDIA_NIM_BASE_URL for another address), "
        + "STARFLEET_ID, STARFLEET_SECRET, STARFLEET_TOKEN_URL and LLM_GATEWAY_BASE_URL (with LLM_GATEWAY_MODEL and LLM_GATEWAY_API_VERSION) "
        + "or OPENAI_API_KEY (with OPENAI_BASE_URL for another address), "
        + "write gateway.yaml, or try `gateway demo`";

    private const string LlmGatewayScope = "azureopenai-readwrite";

    /// <summary>All of them, or no LLM gateway.</summary>
    private static readonly string[] LlmGatewayVariables = ["STARFLEET_ID", "STARFLEET_SECRET", "STARFLEET_TOKEN_URL", "LLM_GATEWAY_BASE_URL"];

    private static readonly string[] LlmGatewayOptions = ["LLM_GATEWAY_API_VERSION", "LLM_GATEWAY_MODEL"];

    /// <summary>A tree as if a file had said so, in fallback order; without <c>providers</c> when no variable makes one.</summary>
    public static ConfigMapping Read(LoadContext context)
    {
        List<ConfigEntry> providers = [];
        if (Value(context, "DYNAMO_BASE_URL") is { } replicas)
        {
            providers.Add(Provider("nvidia-dynamo", "dynamo", "DYNAMO_BASE_URL",
                Entry("base-urls", "DYNAMO_BASE_URL", source => OverrideValue.List(replicas, source)), Key(context, "NVIDIA_DYNAMO_API_KEY")));
        }

        if ((Key(context, "NVIDIA_API_KEY") ?? Key(context, "NVIDIA_NIM_API_KEY")) is { } nimKey)
        {
            string url = Value(context, "NVIDIA_NIM_BASE_URL") ?? HostedNim.DefaultUrl;
            providers.Add(Provider("nvidia-nim", "nim", nimKey.KeySource.Name, Entry("base-url", "NVIDIA_NIM_BASE_URL", source => OverrideValue.Scalar(url, source)), nimKey));
        }

        if (LlmGatewayVariables.All(name => Value(context, name) is not null))
            providers.Add(LlmGateway(context));

        if (Key(context, "OPENAI_API_KEY") is { } openAiKey)
        {
            string url = Value(context, "OPENAI_BASE_URL") ?? "https://api.openai.com";
            providers.Add(Provider("openai", "openai", "OPENAI_API_KEY", Entry("base-url", "OPENAI_BASE_URL", source => OverrideValue.Scalar(url, source)), openAiKey));
        }

        WarnOfHalfSettings(context);
        if (providers.Count > 0 && HalfLlmGateway(context) is { } half)
            context.Warnings.Add(half);
        ConfigurationSource none = ConfigurationSource.Default;
        return new ConfigMapping(providers.Count == 0 ? [] : [new ConfigEntry("providers", none, new ConfigMapping(providers, none))], none);
    }

    /// <summary>What is set of the LLM gateway's variables and what is missing; null when all or none are set.</summary>
    public static string? HalfLlmGateway(LoadContext context)
    {
        string[] set = [.. LlmGatewayVariables.Concat(LlmGatewayOptions).Where(name => Value(context, name) is not null)];
        string[] missing = [.. LlmGatewayVariables.Where(name => Value(context, name) is null)];
        return set.Length == 0 || missing.Length == 0 ? null : $"{string.Join(", ", set)}: ignored without {string.Join(", ", missing)}";
    }

    private static ConfigEntry LlmGateway(LoadContext context)
    {
        ConfigEntry oauth2 = Entry("oauth2", "STARFLEET_TOKEN_URL", source => new ConfigMapping(
            [
                Copy(context, "token-url", "STARFLEET_TOKEN_URL")!, Copy(context, "client-id", "STARFLEET_ID")!, Copy(context, "client-secret", "STARFLEET_SECRET")!,
                Entry("scope", "STARFLEET_TOKEN_URL", scope => OverrideValue.Scalar(LlmGatewayScope, scope)),
            ], source));
        ConfigEntry? models = Value(context, "LLM_GATEWAY_MODEL") is { } model ? Entry("models", "LLM_GATEWAY_MODEL", source => OverrideValue.List(model, source)) : null;
        return Provider("nvidia-llm-gateway", "azure-openai", "LLM_GATEWAY_BASE_URL",
            Copy(context, "base-url", "LLM_GATEWAY_BASE_URL"), Copy(context, "api-version", "LLM_GATEWAY_API_VERSION"), models, oauth2);
    }

    private static void WarnOfHalfSettings(LoadContext context)
    {
        Warn("NVIDIA_DYNAMO_API_KEY", "DYNAMO_BASE_URL");
        if (Value(context, "NVIDIA_NIM_API_KEY") is null)
            Warn("NVIDIA_NIM_BASE_URL", "NVIDIA_API_KEY");
        Warn("OPENAI_BASE_URL", "OPENAI_API_KEY");

        void Warn(string name, string needed)
        {
            if (Value(context, name) is not null && Value(context, needed) is null)
                context.Warnings.Add($"{name}: ignored without {needed}");
        }
    }

    private static string? Value(LoadContext context, string name) =>
        context.Variables.TryGetValue(name, out string? value) && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static ConfigEntry? Key(LoadContext context, string variable) => Copy(context, "api-key", variable);

    private static ConfigEntry? Copy(LoadContext context, string key, string variable) =>
        Value(context, variable) is { } value ? Entry(key, variable, source => OverrideValue.Scalar(value, source)) : null;

    private static ConfigEntry Entry(string key, string variable, Func<ConfigurationSource, ConfigNode> value)
    {
        var source = new ConfigurationSource(ConfigurationSourceKind.Environment, variable);
        return new ConfigEntry(key, source, value(source));
    }

    private static ConfigEntry Provider(string name, string type, string variable, params ConfigEntry?[] entries)
    {
        ConfigEntry typed = Entry("type", variable, source => OverrideValue.Scalar(type, source));
        return Entry(name, variable, source => new ConfigMapping([typed, .. entries.OfType<ConfigEntry>()], source));
    }
}
