namespace Gateway.Configuration.Reading;

/// <summary>The providers that well-known variables make when there is no file.</summary>
internal static class EnvironmentProviders
{
    public const string Help = "set DYNAMO_BASE_URL (comma-separated replicas, with NVIDIA_DYNAMO_API_KEY if it wants a key), NVIDIA_API_KEY (with NVIDIA_NIM_BASE_URL for another address) "
        + "or OPENAI_API_KEY (with OPENAI_BASE_URL for another address), "
        + "write gateway.yaml, or try `gateway demo`";

    private static readonly string[] LaterVariables =
    [
        "STARFLEET_ID", "STARFLEET_SECRET", "STARFLEET_TOKEN_URL", "LLM_GATEWAY_BASE_URL", "LLM_GATEWAY_API_VERSION", "LLM_GATEWAY_MODEL",
    ];

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

        if (Key(context, "OPENAI_API_KEY") is { } openAiKey)
        {
            string url = Value(context, "OPENAI_BASE_URL") ?? "https://api.openai.com";
            providers.Add(Provider("openai", "openai", "OPENAI_API_KEY", Entry("base-url", "OPENAI_BASE_URL", source => OverrideValue.Scalar(url, source)), openAiKey));
        }

        WarnOfHalfSettings(context, providers);
        ConfigurationSource none = ConfigurationSource.Default;
        return new ConfigMapping(providers.Count == 0 ? [] : [new ConfigEntry("providers", none, new ConfigMapping(providers, none))], none);
    }

    /// <summary>Variables that are set but make a provider only in a later version.</summary>
    public static IReadOnlyList<string> LaterOnes(LoadContext context) => [.. LaterVariables.Where(name => Value(context, name) is not null)];

    private static void WarnOfHalfSettings(LoadContext context, List<ConfigEntry> providers)
    {
        Warn("NVIDIA_DYNAMO_API_KEY", "DYNAMO_BASE_URL");
        if (Value(context, "NVIDIA_NIM_API_KEY") is null)
            Warn("NVIDIA_NIM_BASE_URL", "NVIDIA_API_KEY");
        Warn("OPENAI_BASE_URL", "OPENAI_API_KEY");
        IReadOnlyList<string> later = LaterOnes(context);
        if (providers.Count > 0 && later.Count > 0)
            context.Warnings.Add($"{string.Join(", ", later)}: ignored, not in this version");

        void Warn(string name, string needed)
        {
            if (Value(context, name) is not null && Value(context, needed) is null)
                context.Warnings.Add($"{name}: ignored without {needed}");
        }
    }

    private static string? Value(LoadContext context, string name) =>
        context.Variables.TryGetValue(name, out string? value) && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static ConfigEntry? Key(LoadContext context, string variable) =>
        Value(context, variable) is { } key ? Entry("api-key", variable, source => OverrideValue.Scalar(key, source)) : null;

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
