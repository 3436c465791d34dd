using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Bench.Caching;

/// <summary>
/// What the machine allows: threads that do nothing but send the same bytes to all connections, a moment after the last one has asked. The peer of
/// <see cref="JoinedStreams"/>; no proxy can be faster on the same cores.
/// </summary>
internal sealed class BareFanOut : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private static readonly byte[] First = Encoding.UTF8.GetBytes(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
        + "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"token\"}}],\"object\":\"chat.completion.chunk\"}\n\n");

    private static readonly byte[] Last = Encoding.UTF8.GetBytes("data: [DONE]\n\n");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TimeProvider _time;
    private readonly int _threads;

    /// <param name="threads">That send, each to its share.</param>
    /// <param name="time">The clock of the pauses.</param>
    internal BareFanOut(int threads, TimeProvider time)
    {
        _threads = threads;
        _time = time;
        _listener.Start(backlog: 4096);
    }

    internal Uri Url => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Of <c>bare</c> or <c>bare:THREADS</c>; null: something else is meant.</summary>
    internal static BareFanOut? Parse(string text, TimeProvider time) => text.Split(':') switch
    {
        ["bare"] => new(1, time),
        ["bare", var threads] => new(int.Parse(threads, CultureInfo.InvariantCulture), time),
        _ => null,
    };

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
        Thread[] senders = new Thread[_threads];
        for (int i = 0; i < senders.Length; i++)
        {
            int begin = connections * i / senders.Length;
            int end = connections * (i + 1) / senders.Length;
            senders[i] = new(() => Send(sockets.AsSpan(begin..end), First));
        }

        foreach (Thread sender in senders)
            sender.Start();
        await Task.Delay(JoinedStreams.InterToken, _time);
        Send(sockets, Last);
        foreach (Socket socket in sockets)
            socket.Dispose();
    }

    private static void Send(ReadOnlySpan<Socket> sockets, byte[] bytes)
    {
        foreach (Socket socket in sockets)
            socket.Send(bytes);
    }

    public void Dispose() => _listener.Dispose();
}
