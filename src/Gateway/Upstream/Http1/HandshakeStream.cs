using System.Net.Sockets;

namespace Gateway.Upstream.Http1;

/// <summary>
/// The socket under an <see cref="System.Net.Security.SslStream"/>. With inline completions a read resumes on the thread that serves every socket;
/// a handshake's signatures and chain building (milliseconds) must not run there, record decryption (microseconds) may.
/// </summary>
internal sealed class HandshakeStream(Socket socket) : NetworkStream(socket, ownsSocket: false)
{
    internal bool InHandshake { get; set; } = true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => InHandshake ? ReadThenHopAsync(buffer, cancellationToken) : base.ReadAsync(buffer, cancellationToken);

    private async ValueTask<int> ReadThenHopAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int bytes = await base.ReadAsync(buffer, cancellationToken);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return bytes;
    }
}
