using System.Net.Sockets;

namespace Gateway.Bench.Caching;

/// <summary>One bare connection: when its answer's first content came. As little as can be between the kernel and the clock, for a thousand of them share the machine with the gateway.</summary>
internal sealed class JoinedClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[8 << 10];

    /// <summary>A timestamp; 0: there was none.</summary>
    internal long FirstContent { get; private set; }

    /// <summary>Whether the answer ended as it should.</summary>
    internal bool IsWhole { get; private set; }

    internal static async Task<JoinedClient> ConnectAsync(Uri url)
    {
        JoinedClient client = new();
        await client._socket.ConnectAsync(url.Host, url.Port);
        return client;
    }

    internal Task<int> SendAsync(byte[] request) => _socket.SendAsync(request);

    /// <summary>Until <c>[DONE]</c>, or the end of the connection.</summary>
    internal async Task ReadAsync(TimeProvider time)
    {
        int length = 0;
        while (length < _buffer.Length)
        {
            int bytes = await _socket.ReceiveAsync(_buffer.AsMemory(length));
            long now = time.GetTimestamp();
            if (bytes == 0)
                return;
            length += bytes;
            ReadOnlySpan<byte> answer = _buffer.AsSpan(0, length);
            // The gateway holds the head of an answer until there is content.
            if (FirstContent == 0 && answer.IndexOf("\"content\":\""u8) >= 0)
                FirstContent = now;
            IsWhole = answer.StartsWith("HTTP/1.1 200"u8) && answer.IndexOf("data: [DONE]"u8) >= 0;
            if (IsWhole)
                return;
        }
    }

    public void Dispose() => _socket.Dispose();
}
