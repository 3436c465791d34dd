using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class ServerSchema
{
    /// <summary>Bodies are held in memory while they are scanned, so the limit has a limit.</summary>
    private const long LargestBody = 1L << 30;

    private const long LargestUpload = 1L << 40;

    public static SchemaNode Node { get; } = Section("server", "Listeners, the body limit and shutdown.",
        OneOrMany("listen", SchemaKind.Url, "Public address or list of addresses; `https` with `tls`. Port 0 takes a free one.") with { Default = "http://127.0.0.1:8080" },
        Url("admin-listen", "Metrics and admin: never on a public address; beyond loopback only with `admin-token`.", "http://127.0.0.1:9091"),
        Url("metrics-listen", "`/metrics` and `/health` only, for a scraper outside the pod; may be beyond loopback."),
        Secret("admin-token", "Asked of every request to `admin-listen` but `/health`, as `Authorization: Bearer`."),
        OneOrMany("cors", SchemaKind.Text, "Origins whose web pages may call the public listener, as in `https://chat.example.com`; `*`: every page.") with { Default = "[]" },
        new SchemaNode("max-connections", SchemaKind.Integer, "Client connections at once; those beyond it are answered with 503. Unset: half of the files the process may open.") { Maximum = 10_000_000 },
        new SchemaNode("max-request-body", SchemaKind.Size, "Largest JSON body; a larger one is answered with 413.") { Default = "45MiB", Maximum = LargestBody },
        new SchemaNode("max-upload", SchemaKind.Size, "Largest audio form; it streams through and is never held in memory. A larger one is answered with 413.") { Default = "1GiB", Maximum = LargestUpload },
        Duration("shutdown-delay", "After SIGTERM: `/health/ready` says 503 while new requests are still served.", "5s") with { CanBeOff = true },
        Duration("shutdown-grace", "After `shutdown-delay`: streams finish within this.", "20s") with { CanBeOff = true },
        Duration("client-stall", "A client that takes no byte for this long is closed; `off`: never.", "5m") with { CanBeOff = true },
        Section("tls", "The certificate of `https` addresses.",
            File("certificate", "PEM file of the certificate chain.") with { IsRequired = true },
            File("key", "PEM file of its private key.") with { IsRequired = true }));
}
