using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Simulator;

/// <summary>A request over a bare socket, to see what really goes over the wire.</summary>
internal sealed class RawExchange : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Everything received so far.</summary>
    public StringBuilder Received { get; } = new();

    public static async Task<RawExchange> PostAsync(Uri address, string body)
    {
        var exchange = new RawExchange();
        await exchange._socket.ConnectAsync(address.Host, address.Port, Replica.Timeout);
        int length = Encoding.UTF8.GetByteCount(body);
        string head = $"POST {Replica.Chat} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n";
        await exchange._socket.SendAsync(Encoding.UTF8.GetBytes(head + body), Replica.Timeout);
        return exchange;
    }

    /// <summary>Receives until <paramref name="text"/> has come.</summary>
    public async Task UntilAsync(string text)
    {
        while (!Received.ToString().Contains(text, StringComparison.Ordinal))
        {
            Assert.NotEqual(0, await ReceiveAsync());
        }
    }

    /// <summary>Receives to the end: null after a FIN, the error after a reset.</summary>
    public async Task<SocketError?> ToEndAsync()
    {
        try
        {
            while (await ReceiveAsync() > 0)
            {
            }

            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>Closes with a FIN.</summary>
    public void Dispose() => _socket.Dispose();

    private async Task<int> ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        int count = await _socket.ReceiveAsync(buffer, Replica.Timeout);
        Received.Append(Encoding.UTF8.GetString(buffer.AsSpan(0, count)));
        return count;
    }
}
