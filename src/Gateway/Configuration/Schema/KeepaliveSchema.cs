using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class KeepaliveSchema
{
    public static SchemaNode Node { get; } = Section("keepalive", "Frames that keep a stream alive while a model thinks.",
        Duration("interval", "Silence towards the client after which a frame is sent; `0`: off.", "8s") with { CanBeOff = true },
        Choice("style", "`chunk`: an empty delta; `comment`: an SSE comment.", "chunk", "chunk", "comment"),
        Boolean("before-headers", "Whether silence before the upstream's first content commits 200 and starts keepalives.", "true"));
}
