using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class LimitsSchema
{
    public static SchemaNode Node { get; } = Section("limits", "Absent, each gateway counts alone; with `redis` the limits of keys, routers and providers hold across gateways.",
        Secret("redis", "`redis://[user:password@]host[:port][/db]`, `rediss://` for TLS, or `unix:///path/of.sock`. While it cannot be used, each gateway counts alone.") with { IsRequired = true },
        Duration("timeout", "What a request waits for Redis at most before it is counted locally.", "50ms"),
        File("tls-ca", "PEM file of the only certificate authorities to trust for `rediss://`; absent: the system's."));
}
