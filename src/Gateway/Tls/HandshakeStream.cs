using System.Net.Sockets;

namespace Gateway.Tls;

/// <summary>
/// The socket under an <see cref="System.Net.Security.SslStream"/>. With inline completions a read resumes on the thread that serves every socket;
/// a handshake's signatures and chain building (milliseconds) must not run there, record decryption (microseconds) may.
/// </summary>
/// <param name="socket">Connected.</param>
/// <param name="ownsSocket">Whether the socket is closed with the stream.</param>
internal sealed class HandshakeStream(Socket socket, bool ownsSocket) : NetworkStream(socket, ownsSocket)
{
    /// <summary>To be ended by whoever awaited the handshake.</summary>
    internal bool InHandshake { get; set; } = true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => InHandshake ? ReadThenHopAsync(buffer, cancellationToken) : base.ReadAsync(buffer, cancellationToken);

    /// <summary>Also when the bytes are there already: the connect before it may have completed on that thread.</summary>
    private async ValueTask<int> ReadThenHopAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int bytes = await base.ReadAsync(buffer, cancellationToken);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return bytes;
    }
}
