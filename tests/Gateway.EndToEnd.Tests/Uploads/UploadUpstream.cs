using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.EndToEnd.Tests.Uploads;

/// <summary>An upstream whose connections read and write exactly when the test says so.</summary>
internal sealed class UploadUpstream : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<UploadPeer> _peers = [];

    public UploadUpstream()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    /// <summary>True when nobody has connected who was not accepted.</summary>
    public bool IsQuiet => !_listener.Poll(0, SelectMode.SelectRead);

    public async Task<UploadPeer> AcceptAsync()
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        UploadPeer peer = new(await _listener.AcceptAsync(limit.Token));
        _peers.Add(peer);
        return peer;
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (UploadPeer peer in _peers)
            peer.Dispose();
    }
}
