using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

/// <summary>A checked document → records, with the checks that need more than one value.</summary>
internal static class GatewayMapper
{
    public static GatewayOptions Map(ConfigMapping document, LoadContext context)
    {
        var root = new SectionReader(document, document.Source, "", context);
        ServerOptions server = ServerMapper.Map(root.Section("server"));
        KeepaliveOptions keepalive = KeepaliveMapper.Map(root.Section("keepalive"), new KeepaliveOptions());
        RetryOptions retries = RetryMapper.Map(root.Section("retries"), new RetryOptions());
        HedgingOptions hedging = HedgingMapper.Map(root.Section("hedging"), new HedgingOptions());
        MidStreamMode midStream = MidStreamMapper.Map(root, MidStreamMode.Error);
        CacheOptions cache = CacheMapper.Map(root.Section("cache"), new CacheOptions());
        SectionReader providers = root.Section("providers");
        string[] names = [.. providers.Entries.Select(entry => entry.Key)];
        IReadOnlyList<RouterOptions> routers = RouterMapper.Map(root.Section("routers"), names, new RouterDefaults(keepalive, retries, hedging, midStream, cache));
        AuthOptions auth = AuthMapper.Map(root, [.. routers.Select(router => router.Name)]);
        IReadOnlyList<ProviderOptions> mapped = ProviderMapper.Map(providers, server);
        WarnAboutOpenAccess(auth, server, mapped, context);
        return new GatewayOptions
        {
            Server = server,
            Auth = auth,
            Providers = mapped,
            Routers = routers,
            ModelMapping = MapModels(root.Section("model-mapping")),
            Keepalive = keepalive,
            Retries = retries,
            Hedging = hedging,
            MidStream = midStream,
            Cache = cache,
            Limits = SharedLimitMapper.Map(root.Section("limits")),
            Telemetry = MapTelemetry(root.Section("telemetry")),
        };
    }

    private static void WarnAboutOpenAccess(AuthOptions auth, ServerOptions server, IReadOnlyList<ProviderOptions> providers, LoadContext context)
    {
        if (!auth.IsOpen)
            return;
        if (server.Listen.FirstOrDefault(url => !ListenAddress.IsLoopback(url)) is { } open)
            context.Warnings.Add($"server.listen: whoever reaches {open.Authority} can use the providers; set auth.keys");
        foreach (ProviderOptions provider in providers.Where(provider => provider.Request.TenantHeader))
            context.Warnings.Add($"providers.{provider.Name}.request.tenant-header: no effect without auth.keys");
    }

    private static Dictionary<string, IReadOnlyList<string>> MapModels(SectionReader mapping)
    {
        Dictionary<string, IReadOnlyList<string>> result = new(StringComparer.Ordinal);
        foreach (ConfigEntry entry in mapping.Entries)
        {
            IReadOnlyList<string> equivalents = mapping.DistinctTexts(entry.Key, StringComparer.Ordinal);
            if (equivalents.Contains(entry.Key))
                mapping.Report(entry.Key, "lists itself", "list other models only");

            if (entry.Key.Length == 0)
                mapping.Context.Report(entry.KeySource, mapping.Path, "has an empty model id", "name the requested model");
            else if (equivalents.Count > 0)
                result[entry.Key] = equivalents;
            else if (entry.Value.IsNull)
                mapping.Report(entry.Key, "lists no model", "list the equivalents, best first, or remove the entry");
        }

        return result;
    }

    private static TelemetryOptions MapTelemetry(SectionReader telemetry)
    {
        var defaults = new TelemetryOptions();
        return new TelemetryOptions
        {
            Logs = telemetry.Text("logs") switch { "json" => LogFormat.Json, "text" => LogFormat.Text, _ => defaults.Logs },
            AccessLog = telemetry.Boolean("access-log", defaults.AccessLog),
            OtlpEndpoint = telemetry.Url("otlp-endpoint"),
            ServiceName = telemetry.Text("service-name") ?? defaults.ServiceName,
        };
    }
}
