namespace Gateway.Configuration;

/// <summary>The <c>server</c> section: listeners, body limit and shutdown. Sizes in bytes.</summary>
internal sealed record ServerOptions
{
    /// <summary>Public listeners; port 0 takes a free one.</summary>
    public IReadOnlyList<Uri> Listen { get; init; } = [new("http://127.0.0.1:8080")];

    public Uri AdminListen { get; init; } = new("http://127.0.0.1:9091");

    /// <summary>Null: metrics are on the admin listener only.</summary>
    public Uri? MetricsListen { get; init; }

    /// <summary>Null: the admin listener is on loopback and takes whoever is there.</summary>
    public Secret? AdminToken { get; init; }

    /// <summary>As browsers write them in <c>Origin</c>; <c>*</c> alone: every origin; empty: none.</summary>
    public IReadOnlyList<string> Cors { get; init; } = [];

    /// <summary>Connections of all public listeners together; null: what the process's open files allow.</summary>
    public int? MaxConnections { get; init; }

    public long MaxRequestBody { get; init; } = 45L << 20;

    /// <summary>For forms with a file.</summary>
    public long MaxUpload { get; init; } = 1L << 30;

    public TimeSpan ShutdownDelay { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A client that takes no byte for this long is closed; zero: never.</summary>
    public TimeSpan ClientStall { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>PEM files; null without TLS.</summary>
    public TlsOptions? Tls { get; init; }
}
