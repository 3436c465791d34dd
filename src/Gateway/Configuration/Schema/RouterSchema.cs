using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class RouterSchema
{
    private static readonly SchemaNode Weighted = Section("", "",
        Text("name", "A provider.") with { IsRequired = true },
        new SchemaNode("weight", SchemaKind.Number, "Its share, relative to the others'; split over its usable replicas.") { Default = "1", Maximum = 1_000_000 });

    public static SchemaNode Node { get; } = Section("", "One router.",
        Section("load-balance", "Providers per endpoint; `chat` also serves endpoints without an entry. Absent: every provider in file order as fallback.",
            Endpoint("chat", "`/v1/chat/completions`, and every endpoint without an entry."),
            Endpoint("completions", "`/v1/completions`."),
            Endpoint("embeddings", "`/v1/embeddings`."),
            Endpoint("responses", "`/v1/responses`."),
            Endpoint("messages", "`/v1/messages` and `/v1/messages/count_tokens`."),
            Endpoint("audio", "`/v1/audio/speech`, `/v1/audio/transcriptions` and `/v1/audio/translations`. Decides where a form goes whose `model` does not come in its first 64 KiB."),
            Endpoint("images", "`/v1/images/generations`.")),
        Override(KeepaliveSchema.Node),
        Override(RetrySchema.Node),
        Override(HedgingSchema.Node),
        Choice("mid-stream", "Overrides the global `mid-stream` for this router.", null, "error", "resume"),
        Override(CacheSchema.RouterNode),
        LimitSchema.Node("What all clients of this router may use together; beyond it the answer is 429."));

    private static SchemaNode Override(SchemaNode global) => global with
    {
        Description = $"Overrides the global `{global.Key}` for this router, key by key.",
        Children = [.. global.Children.Select(child => child with { Default = null })],
    };

    private static SchemaNode Endpoint(string key, string description) => Section(key, description,
        Choice("strategy",
            "How replicas of all listed providers are picked; the others are the fallback. `priority`: providers in order, `least-requests` inside each.",
            "priority", "priority", "round-robin", "weighted", "least-requests", "latency", "prefix-affinity"),
        List("providers", SchemaKind.Text, "Names from `providers`, in order; absent: all of them. `weight`: for `weighted`, a provider's share relative to the others' (1).") with
        { Default = null, Item = new SchemaNode("", SchemaKind.Text, "") { LongForm = Weighted } });
}
