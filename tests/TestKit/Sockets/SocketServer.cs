using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace TestKit.Sockets;

/// <summary>A raw TCP (or TLS) listener on a free loopback port whose connections say exactly what the test writes.</summary>
public sealed class SocketServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly X509Certificate2? _certificate;

    /// <param name="certificate">Speaks TLS with it; null: plain TCP.</param>
    /// <param name="receiveBuffer">Bytes; 0: the system's default.</param>
    /// <param name="address">Another loopback address than 127.0.0.1.</param>
    /// <param name="port">0: a free one.</param>
    public SocketServer(X509Certificate2? certificate = null, int receiveBuffer = 0, IPAddress? address = null, int port = 0)
    {
        _certificate = certificate;
        if (receiveBuffer > 0)
        {
            // Before listening, so that accepted sockets announce the small window from the start.
            _listener.ReceiveBufferSize = receiveBuffer;
        }
        _listener.Bind(new IPEndPoint(address ?? IPAddress.Loopback, port));
        _listener.Listen();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>The next connection, after its TLS handshake if there is one.</summary>
    public async Task<ServerConnection> AcceptAsync([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Socket socket = await _listener.AcceptAsync().OrFail("no connection was opened", file, line);
        socket.NoDelay = true;
        return await ServerConnection.StartAsync(socket, _certificate).OrFail("the handshake did not end", file, line);
    }

    /// <summary>True when nobody is waiting to be accepted right now.</summary>
    public bool IsQuiet() => !_listener.Poll(0, SelectMode.SelectRead);

    public void Dispose() => _listener.Dispose();
}
