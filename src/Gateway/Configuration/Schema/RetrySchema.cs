using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class RetrySchema
{
    public static SchemaNode Node { get; } = Section("retries", "When another attempt is made, on another replica if there is one.",
        new SchemaNode("max-attempts", SchemaKind.Integer, "Attempts of one request, the first and its hedges included; refused connections to further replicas do not count. `1`: no retries.") with
        { Default = "3", Maximum = 10 },
        Duration("backoff", "Mean wait before the same replica is asked again; doubles each time, with full jitter; `0`: at once.", "50ms") with { CanBeOff = true },
        Duration("max-backoff", "Upper bound of such a wait.", "2s"),
        Duration("max-retry-after", "A longer `Retry-After` of an upstream is passed to the client instead of waited for; `0`: every one is.", "30s") with { CanBeOff = true },
        Share("budget", "Retries as a share of requests. 10 retries per 10 s are always allowed.", "20%"),
        Choice("on-context-length", "An upstream's \"context length exceeded\" goes to the client (`fail`), or to the next equivalent model once (`fallback`).", "fail", "fail", "fallback"));
}
