using System.Net.Sockets;
using System.Text;

namespace Gateway.EndToEnd.Tests.Operating;

/// <summary>A client that is in no hurry at all.</summary>
internal sealed class SlowClient : IDisposable
{
    private const string Head = "POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n";

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _head;
    private int _sent;

    /// <param name="head">What it would send; the header's end never comes.</param>
    private SlowClient(string head) => _head = Encoding.ASCII.GetBytes(head);

    /// <summary>Connects, and sends as much as its kind does: by turns nothing, half a header, or one byte of it with each <see cref="SendByteAsync"/>.</summary>
    internal static async Task<SlowClient> ConnectAsync(Uri gateway, int number)
    {
        SlowClient client = new(number % 3 == 0 ? "" : Head);
        try
        {
            await client._socket.ConnectAsync(gateway.Host, gateway.Port);
            if (number % 3 == 1)
                client._sent = await client._socket.SendAsync(client._head);
        }
        catch (SocketException)
        {
            // Closed before the first byte was sent, or before connecting was seen to be over: IsOpen says it.
        }

        return client;
    }

    /// <summary>The next byte of its head; nothing when there is none, or nobody to take it.</summary>
    internal async Task SendByteAsync()
    {
        if (_sent == _head.Length)
            return;
        try
        {
            _sent += await _socket.SendAsync(_head.AsMemory(_sent, 1));
        }
        catch (SocketException)
        {
            // Closed: the header took too long.
            _sent = _head.Length;
        }
    }

    /// <summary>Whether the gateway has neither answered nor closed.</summary>
    internal bool IsOpen => !_socket.Poll(0, SelectMode.SelectRead);

    public void Dispose() => _socket.Dispose();
}
