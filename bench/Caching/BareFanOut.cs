using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Bench.Caching;

/// <summary>
/// What the machine allows: one thread that does nothing but send the same bytes to all connections, a moment after the last one has asked. The peer of
/// <see cref="JoinedStreams"/>; no proxy can be faster on the same cores.
/// </summary>
internal sealed class BareFanOut : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
        + "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"token\"}}],\"object\":\"chat.completion.chunk\"}\n\ndata: [DONE]\n\n");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TimeProvider _time;

    internal BareFanOut(TimeProvider time)
    {
        _time = time;
        _listener.Start(backlog: 4096);
    }

    internal Uri Url => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Answers one round.</summary>
    internal async Task AnswerAsync(int connections)
    {
        Socket[] sockets = new Socket[connections];
        byte[] request = new byte[1 << 10];
        for (int i = 0; i < connections; i++)
            sockets[i] = await _listener.AcceptSocketAsync();
        // What is not read would reset the connection when it is closed.
        foreach (Socket socket in sockets)
            await socket.ReceiveAsync(request);
        await Task.Delay(Pause, _time);
        Send(sockets);
    }

    private static void Send(Socket[] sockets)
    {
        foreach (Socket socket in sockets)
            socket.Send(Answer);
        foreach (Socket socket in sockets)
            socket.Dispose();
    }

    public void Dispose() => _listener.Dispose();
}
