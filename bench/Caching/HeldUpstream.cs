using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Bench.Caching;

/// <summary>An upstream of one call at a time: takes a question, says its first content if it is to, and then waits until the gateway closes.</summary>
internal sealed class HeldUpstream : IDisposable
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string First = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one\"},\"finish_reason\":null}]}\n\n";

    private static readonly byte[] Beginning = Encoding.UTF8.GetBytes($"{Head}{First.Length:x}\r\n{First}\r\n");

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _received = new byte[16 << 10];
    private Socket? _call;

    internal HeldUpstream(int port)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen();
    }

    /// <summary>Another call came while there was one.</summary>
    internal bool IsAskedTwice => _listener.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    /// <summary>Whether the gateway has closed the call.</summary>
    internal bool IsLeft(TimeSpan within) => _call!.Poll(within, SelectMode.SelectRead);

    /// <summary>Waits for the next question.</summary>
    internal void Take(bool speaks)
    {
        _call = _listener.Accept();
        _call.NoDelay = true;
        int length = 0;
        while (!IsWhole(_received.AsSpan(0, length)))
            length += _call.Receive(_received.AsSpan(length));
        if (speaks)
            _call.Send(Beginning);
    }

    internal void Drop() => _call!.Dispose();

    public void Dispose() => _listener.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> request)
    {
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        int end = request.IndexOf("\r\n\r\n"u8);
        int length = request.IndexOf(name);
        return end >= 0 && Utf8Parser.TryParse(request[(length + name.Length)..], out int body, out _) && request.Length == end + 4 + body;
    }
}
