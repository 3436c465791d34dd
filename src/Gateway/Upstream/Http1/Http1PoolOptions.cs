using System.Net;

namespace Gateway.Upstream.Http1;

/// <summary>One replica's address and how its connections are kept.</summary>
internal sealed record Http1PoolOptions
{
    /// <summary>Host name or IP literal (IPv6 without brackets).</summary>
    public required string Host { get; init; }

    /// <summary>Connects go to this address only, while TLS still checks <see cref="Host"/>; null: the host is resolved at each connect.</summary>
    public IPAddress? Address { get; init; }

    public required int Port { get; init; }

    public bool UseTls { get; init; }

    /// <summary>PEM file of the only trusted certificate authority; null: the system's.</summary>
    public string? TlsCaFile { get; init; }

    /// <summary>Its content, where that is known already: the file is not read then.</summary>
    public string? TlsCaPem { get; init; }

    /// <summary>Name resolution, TCP connect and TLS handshake together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Age from which a connection is not used again, so that changes of the name's addresses are seen.</summary>
    public TimeSpan MaxLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Open connections, idle ones included; 0: no limit.</summary>
    public int MaxConnections { get; init; }
}
