using System.Net.Sockets;
using System.Text;

namespace Gateway.EndToEnd.Tests.Uploads;

/// <summary>One end of a connection that carries a large body: reads as far as it is told.</summary>
internal sealed class UploadPeer(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly byte[] _buffer = new byte[64 << 10];

    /// <summary>What <see cref="ReadUntilAsync"/> has read, in Latin-1.</summary>
    public string Received { get; private set; } = "";

    /// <summary>Bytes that were read and not kept.</summary>
    public long Counted { get; private set; }

    public static async Task<UploadPeer> ConnectAsync(Uri gateway)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(gateway.Host, gateway.Port);
        return new(socket);
    }

    public async Task SendAsync(string text) => await SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }

    public async Task<string> ReadUntilAsync(string marker)
    {
        while (!Received.Contains(marker, StringComparison.Ordinal))
        {
            int bytes = await ReadAsync();
            Assert.True(bytes > 0, $"'{marker}' did not come; there was: {Received}");
            Received += Encoding.Latin1.GetString(_buffer, 0, bytes);
        }

        return Received;
    }

    /// <summary>Reads until so much has come.</summary>
    public async Task ReadLengthAsync(int length)
    {
        while (Received.Length < length)
        {
            int bytes = await ReadAsync();
            Assert.True(bytes > 0, "the request was cut");
            Received += Encoding.Latin1.GetString(_buffer, 0, bytes);
        }
    }

    /// <summary>Reads and forgets until so many bytes have been counted; false when the connection ended before.</summary>
    public async Task<bool> CountAsync(long total)
    {
        while (Counted < total)
        {
            int bytes = await ReadAsync();
            if (bytes == 0)
                return false;
            Counted += bytes;
        }

        return true;
    }

    /// <summary>Reads to the end, however it comes; what was there goes to <see cref="Received"/>.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReadAsync() is var bytes and > 0)
            Received += Encoding.Latin1.GetString(_buffer, 0, bytes);
        return Received;
    }

    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    public void Reset() => socket.Close(timeout: 0);

    public void Dispose() => socket.Dispose();

    /// <summary>0 at the end, a reset included.</summary>
    private async Task<int> ReadAsync()
    {
        try
        {
            using CancellationTokenSource limit = new(Patience, TimeProvider.System);
            return await socket.ReceiveAsync(_buffer, limit.Token);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
