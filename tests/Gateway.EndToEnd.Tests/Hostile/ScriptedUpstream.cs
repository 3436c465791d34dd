using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.EndToEnd.Tests.Hostile;

/// <summary>An upstream on a free port that answers every request with a script of raw bytes and keeps what it was sent.</summary>
internal sealed class ScriptedUpstream : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<UpstreamConnection, string, Task> _answer;
    private readonly ConcurrentBag<UpstreamConnection> _connections = [];

    /// <param name="answer">Gets each request; a connection goes on with the next one when it has completed.</param>
    public ScriptedUpstream(Func<UpstreamConnection, string, Task> answer)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    /// <summary>Every request so far, oldest first.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public void Dispose()
    {
        _listener.Dispose();
        foreach (UpstreamConnection connection in _connections)
            connection.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        UpstreamConnection connection = new(socket);
        _connections.Add(connection);
        try
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                Requests.Enqueue(request);
                await _answer(connection, request);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // The gateway closed while the script wrote: that is for the test to judge.
        }
        finally
        {
            connection.Dispose();
        }
    }
}
