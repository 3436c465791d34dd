using System.Net.Security;
using System.Net.Sockets;
using Gateway.Streaming.Sources;

namespace Gateway.Upstream.Http1;

/// <summary>TLS over TCP, after its handshake.</summary>
internal sealed class TlsTransport(Socket socket, SslStream stream) : IUpstreamTransport
{
    private readonly StreamByteSource _plaintext = new(stream);

    public ValueTask WaitAsync() => _plaintext.WaitAsync();

    public ReadStatus Read(Span<byte> destination, out int bytes) => _plaintext.Read(destination, out bytes);

    public ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => stream.WriteAsync(data, cancellationToken);

    public bool HasStirred => !IsQuiet();

    public bool IsQuiet() => SocketProbe.IsQuiet(socket);

    public void Abort() => socket.Close(timeout: 0);

    public void Dispose()
    {
        _plaintext.Dispose();
        stream.Dispose();
        socket.Dispose();
    }
}
