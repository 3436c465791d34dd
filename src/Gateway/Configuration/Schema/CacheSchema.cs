using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class CacheSchema
{
    private static readonly string[] Places = ["engine", "max-size", "redis", "redis-timeout"];

    public static SchemaNode Node { get; } = Section("cache", "Answers that are given again: identical requests at the same time share one upstream call, later ones are answered from memory or Redis.",
        Boolean("enabled", "Whether answers are cached.", "false"),
        Duration("ttl", "How long an answer is fresh; up to a tenth less, so that answers of one moment do not all end in another.", "1h"),
        new SchemaNode("max-size", SchemaKind.Size, "All answers in memory.") { Default = "256MiB", Minimum = 1 << 20 },
        new SchemaNode("max-entry", SchemaKind.Size, "The longest answer that is kept; also how far one of several waiters for a stream may be behind.") { Default = "1MiB", Minimum = 1 << 10, Maximum = 256L << 20 },
        Choice("when", "`deterministic`: requests with temperature 0 or a seed (several choices: with a seed), and embeddings; `always`; `request`: those that ask for it with `x-gateway-cache: use` or `Cache-Control: max-age`.",
            "deterministic", "deterministic", "always", "request"),
        Choice("scope", "Who shares answers: each client `key` by itself, everyone on a `router`, or everyone (`shared`).", "key", "key", "router", "shared"),
        Duration("fail-safe", "How long after its time an answer may be given when the upstream fails; `off`: not at all.", "24h") with { CanBeOff = true },
        Duration("soft-timeout", "How long the upstream may take before an answer past its time is given instead, while the refresh goes on; `off`: however long.", "off") with { CanBeOff = true },
        Text("eager-refresh", "Share of `ttl` after which a hit refreshes the answer in the background, as in `80%`; `off`: never.", "off"),
        Text("replay", "How a stream is replayed: `immediate`, or at a pace as in `50 chunks/s`.", "immediate"),
        Choice("engine", "What keeps the answers: `memory`, the gateway's own store; `fusion`, FusionCache, in builds that hold it.", "memory", "memory", "fusion"),
        Secret("redis", "A second level that gateways share and that outlives them: `redis://[user:password@]host[:port][/db]` or `rediss://…`. Absent: none."),
        Duration("redis-timeout", "Longest wait for it; after that it is a miss.", "20ms"));

    /// <summary>What a router may override: everything but where answers are kept.</summary>
    public static SchemaNode RouterNode { get; } = Node with { Children = [.. Node.Children.Where(child => !Places.Contains(child.Key))] };
}
