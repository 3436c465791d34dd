using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Gateway.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Hosting.Transport;

/// <summary>One accepted socket in an <see cref="EventLoop"/>, as Kestrel wants to see it.</summary>
internal sealed class ClientConnection : ConnectionContext, IDuplexPipe, IConnectionSocketFeature, IDirectOutput, IThreadPoolWorkItem
{
    private static long _lastId;

    private readonly Socket _socket;
    private readonly SocketWatch _watch;
    private readonly SocketPipeReader _input;
    private readonly SocketPipeWriter _output;
    private readonly CancellationTokenSource _closed = new();
    private IDictionary<object, object?>? _items;
    private int _isShut;
    private int _isClosed;

    /// <param name="socket">Owned from here on, unless this throws.</param>
    /// <exception cref="SocketException">The client is gone already, or the system has no room for another watch.</exception>
    internal ClientConnection(Socket socket)
    {
        socket.Blocking = false;
        socket.NoDelay = true;
        _socket = socket;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        _watch = EventLoop.TryWatch(socket, SayClosed) ?? throw new InvalidOperationException("There is no event loop.");
        _input = new(socket, _watch, SayClosed);
        _output = new(this, _watch);
        Transport = this;
        Features.Set<IConnectionSocketFeature>(this);
        Features.Set<IDirectOutput>(this);
        Features.Set<IMemoryPoolFeature>(ConnectionMemory.Pool);
    }

    public override string ConnectionId { get; set; } = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new Dictionary<object, object?>();
        set => _items = value;
    }

    public override IDuplexPipe Transport { get; set; }

    public Socket Socket => _socket;

    PipeReader IDuplexPipe.Input => _input;

    PipeWriter IDuplexPipe.Output => _output;

    /// <summary>TLS puts a transport of its own in this one's place.</summary>
    PipeWriter? IDirectOutput.Output => ReferenceEquals(Transport, this) ? _output : null;

    /// <summary>Ends the connection at once: the client is told by a reset, so that it takes no part for the whole.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Interlocked.Exchange(ref _isShut, 1) != 0)
            return;
        _input.Fail(abortReason);
        _socket.Close(timeout: 0);
        _watch.Close();
        SayClosed();
    }

    /// <summary>Everything that was to be sent is with the system: the client reads it, then the end.</summary>
    internal void Finish()
    {
        if (Interlocked.Exchange(ref _isShut, 1) != 0)
            return;
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client was faster.
        }

        _socket.Dispose();
        _watch.Close();
        SayClosed();
    }

    public override ValueTask DisposeAsync()
    {
        Finish();
        _watch.Dispose();
        _input.Complete();
        _output.Dispose();
        return base.DisposeAsync();
    }

    /// <summary>Whoever serves the connection learns it elsewhere: on the loop's thread it would hold up all others.</summary>
    private void SayClosed()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException)
        {
            // Whatever failed to take note: one client's leaving must not end the process.
        }
    }
}
