using System.Net.Security;
using System.Security.Authentication;
using Gateway.Telemetry;

namespace Gateway.Hosting;

/// <summary>The certificate that new connections get. Those that are open keep theirs.</summary>
internal sealed partial class ServerCertificates(TimeProvider time, ILogger log)
{
    private volatile SslStreamCertificateContext? _current;

    /// <summary>From the next handshake on.</summary>
    internal void Use(ServerCertificate certificate)
    {
        _current = certificate.Context;
        DateTimeOffset now = time.GetUtcNow();
        if (now > certificate.NotAfter)
            Log.Expired(log, certificate.NotAfter);
        else if (now < certificate.NotBefore)
            Log.NotYetValid(log, certificate.NotBefore);
    }

    /// <summary>For one handshake. The options are the server's to complete (ALPN): each connection of its own.</summary>
    internal SslServerAuthenticationOptions ForHandshake() => new()
    {
        ServerCertificateContext = _current,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Hosting + 40, LogLevel.Warning, "The certificate of server.tls expired on {Date:u}: clients refuse it")]
        internal static partial void Expired(ILogger logger, DateTimeOffset date);

        [LoggerMessage(LogEvents.Hosting + 41, LogLevel.Warning, "The certificate of server.tls is valid only from {Date:u} on: clients refuse it until then")]
        internal static partial void NotYetValid(ILogger logger, DateTimeOffset date);
    }
}
