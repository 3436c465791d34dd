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

    public SocketServer(X509Certificate2? certificate = null, int receiveBuffer = 0)
    {
        _certificate = certificate;
        if (receiveBuffer > 0)
        {
            // Before listening, so that accepted sockets announce the small window from the start.
            _listener.ReceiveBufferSize = receiveBuffer;
        }
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
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
