using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class HedgingSchema
{
    public static SchemaNode Node { get; } = Section("hedging", "When a second replica is asked although the first has not failed; off unless `delay` is set.",
        new SchemaNode("delay", SchemaKind.HedgeDelay, "Wait for the first content: a duration, or a percentile of recent times to first content, `p1` to `p99.9`.") { Default = "off" },
        Duration("min-delay", "Lower bound of a percentile; `0`: none.", "50ms") with { CanBeOff = true },
        new SchemaNode("max-hedges", SchemaKind.Integer, "Further requests beyond the first, each a delay after the one before; `0`: none.") { Default = "1", Minimum = 0, Maximum = 3 },
        Share("budget", "Hedges as a share of requests; `0%`: none.", "5%"),
        Boolean("unary", "Whether requests that are not streamed are hedged as well, on times of their own.", "false"));
}
