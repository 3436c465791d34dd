using System.Net.Sockets;

namespace Gateway.Redis;

/// <summary>
/// The socket under TLS. With inline completions a read resumes on the thread that serves every socket; signatures and chain building
/// (milliseconds) must not run there.
/// </summary>
internal sealed class HoppingStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<int> read = base.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? read : HopAsync(read);
    }

    private static async ValueTask<int> HopAsync(ValueTask<int> read)
    {
        int bytes = await read;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return bytes;
    }
}
