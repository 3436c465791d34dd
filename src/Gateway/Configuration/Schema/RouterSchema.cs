using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class RouterSchema
{
    public static SchemaNode Node { get; } = Section("", "One router.",
        Section("load-balance", "Providers per endpoint; `chat` also serves endpoints without an entry. Absent: every provider in file order as fallback.",
            Endpoint("chat", "`/v1/chat/completions`, and every endpoint without an entry."),
            Endpoint("completions", "`/v1/completions`."),
            Endpoint("embeddings", "`/v1/embeddings`."),
            Endpoint("responses", "`/v1/responses`."),
            Endpoint("messages", "`/v1/messages`.")) with
        { Later = ["audio", "images"] },
        Override(KeepaliveSchema.Node),
        Override(RetrySchema.Node),
        Override(HedgingSchema.Node),
        Choice("mid-stream", "Overrides the global `mid-stream` for this router.", null, "error", "resume")) with
    { Later = ["cache", "rate-limit"] };

    private static SchemaNode Override(SchemaNode global) => global with
    {
        Description = $"Overrides the global `{global.Key}` for this router, key by key.",
        Children = [.. global.Children.Select(child => child with { Default = null })],
    };

    private static SchemaNode Endpoint(string key, string description) => Section(key, description,
        Choice("strategy",
            "How replicas of all listed providers are picked; the others are the fallback. Absent: providers in order, `least-requests` inside each.",
            null, "round-robin", "least-requests") with
        { Later = ["weighted", "latency", "priority", "prefix-affinity"] },
        List("providers", SchemaKind.Text, "Names from `providers`; absent: all of them.") with
        { Default = null, Item = new SchemaNode("", SchemaKind.Text, "") { Later = ["weight"] } });
}
