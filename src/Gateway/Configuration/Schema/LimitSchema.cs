using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class LimitSchema
{
    /// <param name="description">What is limited.</param>
    /// <param name="queues">Whether requests wait for their turn: a provider's do.</param>
    public static SchemaNode Node(string description, bool queues = false)
    {
        SchemaNode[] limits =
        [
            Count("requests-per-minute", "Requests; also the burst: any T seconds admit at most N × (1 + T/60).", 10_000_000),
            Count("tokens-per-minute", "Prompt and completion tokens together; also the burst. Reserved from the request's size, settled with the real usage.", 1_000_000_000_000),
            Count("concurrent-requests", "Requests in flight.", 1_000_000),
        ];
        SchemaNode queue = Duration("queue-timeout", "How long a request waits for its turn, in arrival order, before the answer is 429; `off`: not at all.", "5s") with { CanBeOff = true };
        return Section("rate-limit", description, queues ? [.. limits, queue] : limits);
    }

    private static SchemaNode Count(string key, string description, long maximum) => new(key, SchemaKind.Integer, description) { Maximum = maximum };
}
