using System.Net;
using System.Net.Sockets;
using Gateway.Configuration;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Hosting;

/// <summary>Kestrel's side of the <c>server</c> section.</summary>
internal static class Listeners
{
    // 30 s of silence, then three probes 10 s apart: a client that vanished is gone after 60 s.
    private const int KeepAliveIdleSeconds = 30;
    private const int KeepAliveIntervalSeconds = 10;
    private const int KeepAliveProbes = 3;

    // What a connection holds of a body that the upstream takes more slowly than the client sends it (Kestrel: 1 MiB). Only Kestrel's own transport reads ahead of whom it serves.
    private const long RequestBufferBytes = 256 << 10;

    // Scrapers and operators; whoever opens more is neither.
    private const int AdminConnections = 256;

    internal static void Configure(KestrelServerOptions kestrel, ServerOptions server, ILogger log)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxRequestBodySize = null; // RequestReceiver holds the limit and answers in our shape
        kestrel.Limits.MaxRequestBufferSize = RequestBufferBytes;
        kestrel.Limits.MinResponseDataRate = null; // a slow reader is never dropped while it reads at all; client-stall closes the others
        ServerCertificates certificates = kestrel.ApplicationServices.GetRequiredService<ServerCertificates>();
        ConnectionLimit clients = ConnectionLimit.OfClients(server.MaxConnections ?? OpenFiles.ConnectionsAllowed() ?? int.MaxValue, log);
        foreach (Uri address in server.Listen)
        {
            Listen(kestrel, address, listener =>
            {
                listener.Use(next => connection => clients.RunAsync(connection, next));
                Secure(listener, address, certificates);
            });
        }

        Listen(kestrel, server.AdminListen, listener => MarkWith(listener, ConnectionMark.Admin, log));
        if (server.MetricsListen is { } metrics)
            Listen(kestrel, metrics, listener => MarkWith(listener, ConnectionMark.Metrics, log));
    }

    private static void MarkWith(ListenOptions listener, ConnectionMark mark, ILogger log)
    {
        ConnectionLimit limit = new(AdminConnections, surplus: 0, log);
        listener.Protocols = HttpProtocols.Http1;
        listener.Use(next => connection => limit.RunAsync(connection, next));
        listener.Use(next => connection =>
        {
            connection.Features.Set(mark);
            return next(connection);
        });
    }

    /// <summary>Accepted connections inherit these options from their listener.</summary>
    internal static Socket CreateListenSocket(EndPoint endpoint)
    {
        Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveIdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
        return socket;
    }

    private static void Listen(KestrelServerOptions kestrel, Uri address, Action<ListenOptions> configure)
    {
        string host = address.DnsSafeHost;
        if (IPAddress.TryParse(host, out IPAddress? ip))
            kestrel.Listen(ip, address.Port, configure);
        else if (host == "localhost" && address.Port == 0)
            kestrel.Listen(IPAddress.Loopback, 0, configure);
        else if (host == "localhost")
            kestrel.ListenLocalhost(address.Port, configure);
        else
            kestrel.ListenAnyIP(address.Port, configure);
    }

    private static void Secure(ListenOptions listener, Uri address, ServerCertificates certificates)
    {
        if (address.Scheme == Uri.UriSchemeHttps)
            listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(certificates.ForHandshake()) });
        else
            listener.Protocols = HttpProtocols.Http1;
    }
}
