using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

/// <summary>The whole configuration, in the order in which it is documented.</summary>
internal static class GatewaySchema
{
    public static SchemaNode Root { get; } = Section("", "The gateway's configuration.",
        ServerSchema.Node,
        AuthSchema.Node,
        Map("providers", "The upstreams, by a name of yours (letters, digits, `-`, `_`). Their order is the fallback order of routers without `load-balance`.",
            ProviderSchema.Node),
        Map("model-mapping", "Requested model id → equivalents, best first: used when the chosen provider does not serve the requested model.",
            List("", SchemaKind.Text, "Model ids, best first.") with { Default = null }),
        Map("routers", "Named sets of providers, served under `/router/{name}/`. `default` also serves `/v1`; absent, it holds every provider in file order as fallback.",
            RouterSchema.Node),
        RetrySchema.Node,
        HedgingSchema.Node,
        KeepaliveSchema.Node,
        Choice("mid-stream", "What happens when a stream breaks after content: `error` sends an error event and ends the stream without `[DONE]`; `resume` asks another replica and goes on from there.",
            "error", "error", "resume"),
        CacheSchema.Node,
        LimitsSchema.Node,
        TelemetrySchema.Node) with
    { Later = ["policies", "policies-file"] };
}
