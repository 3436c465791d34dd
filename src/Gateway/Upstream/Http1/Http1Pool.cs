using System.Runtime.CompilerServices;

namespace Gateway.Upstream.Http1;

/// <summary>
/// The connections to one replica. The most recently used idle one goes first, so that the others can age out. No proxy, redirects, cookies or decompression.
/// After <see cref="Dispose"/> running exchanges end as usual and nothing is kept.
/// </summary>
internal sealed class Http1Pool : IDisposable
{
    private readonly Http1PoolOptions _options;
    private readonly TimeProvider _time;
    private readonly Http1Connector _connector;
    private readonly ITimer _sweeper;
    private readonly TimeSpan _sweepEvery;
    private readonly Lock _lock = new();
    private readonly List<Http1Connection> _idle = [];
    private int _open;
    private bool _sweeping;
    private bool _retired;
    private bool _disposed;

    /// <exception cref="IOException">The certificate authority's file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It holds no certificate.</exception>
    public Http1Pool(Http1PoolOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _connector = new Http1Connector(options, time);
        _sweepEvery = options.IdleTimeout / 4;
        _sweeper = time.CreateTimer(static pool => ((Http1Pool)pool!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal Http1PoolOptions Options => _options;

    /// <summary>Open connections, idle ones and those being opened included.</summary>
    public int OpenConnections
    {
        get
        {
            lock (_lock)
            {
                return _open;
            }
        }
    }

    /// <summary>Whether another request would find no connection.</summary>
    public bool IsSaturated
    {
        get
        {
            lock (_lock)
            {
                return _options.MaxConnections > 0 && _open >= _options.MaxConnections && _idle.Count == 0;
            }
        }
    }

    public int IdleConnections
    {
        get
        {
            lock (_lock)
            {
                return _idle.Count;
            }
        }
    }

    /// <summary>Sends a request and returns when the final response's head is there. The caller disposes the exchange; on an exception there is none.</summary>
    /// <param name="head">A whole request head (<see cref="RequestHeadWriter"/>) whose Content-Length is the body's.</param>
    /// <param name="body">Not read any more once this has completed.</param>
    /// <param name="cancellationToken">Aborts the exchange until it is disposed, its body included.</param>
    /// <exception cref="UpstreamTransportException">Nothing else is thrown.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Http1Exchange> SendAsync(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var exchange = new Http1Exchange(this, cancellationToken);
        try
        {
            Http1Connection? idle = TakeIdle();
            while (true)
            {
                Http1Connection connection = idle ?? await OpenAsync(exchange);
                exchange.Attach(connection);
                try
                {
                    await connection.SendAsync(head, body);
                    while (!connection.HasHead)
                    {
                        await connection.WaitForHeadAsync();
                        connection.ReceiveHead();
                    }
                    return exchange;
                }
                catch (UpstreamTransportException) when (idle is not null && connection.IsUnanswered && !exchange.IsAborted)
                {
                    // The peer closed it while it was idle; not a failure of the replica (failures.md, row 5). Once only: the next one is fresh.
                    exchange.Detach();
                    Discard(connection);
                    idle = null;
                }
            }
        }
        catch (UpstreamTransportException e)
        {
            if (End(exchange))
            {
                throw new UpstreamTransportException(TransportFailure.Aborted, "The request to the upstream was aborted.", e);
            }
            throw;
        }
    }

    /// <summary>
    /// The same for a body that is still arriving. Always on a fresh connection: one that its peer is about to close for being idle would take the beginning
    /// of the body with it, and that cannot be sent again.
    /// </summary>
    /// <exception cref="UpstreamTransportException">Nothing else is thrown.</exception>
    internal async ValueTask<Http1Exchange> SendStreamedAsync(ReadOnlyMemory<byte> head, StreamedBody body, CancellationToken cancellationToken)
    {
        var exchange = new Http1Exchange(this, cancellationToken);
        try
        {
            MakeRoom();
            Http1Connection fresh = await OpenAsync(exchange);
            exchange.Attach(fresh);
            await fresh.RoundTripStreamedAsync(head, body);
            return exchange;
        }
        catch (UpstreamTransportException e)
        {
            if (End(exchange))
            {
                throw new UpstreamTransportException(TransportFailure.Aborted, "The request to the upstream was aborted.", e);
            }
            throw;
        }
    }

    /// <summary>Closes what is idle and keeps nothing from now on; running exchanges end as usual. <see cref="Restore"/> takes it back.</summary>
    public void Retire()
    {
        Http1Connection[] idle;
        lock (_lock)
        {
            _retired = true;
            idle = [.. _idle];
            _idle.Clear();
            _open -= idle.Length;
        }
        CloseAll(idle);
    }

    public void Restore()
    {
        lock (_lock)
        {
            _retired = false;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }
        _sweeper.Dispose();
        Retire();
    }

    internal void Return(Http1Connection connection)
    {
        long now = _time.GetTimestamp();
        connection.Park(now);
        bool arm = false;
        bool keep;
        lock (_lock)
        {
            keep = !_disposed && !_retired && !IsTooOld(connection, now);
            if (keep)
            {
                _idle.Add(connection);
                arm = !_sweeping;
                _sweeping = true;
            }
        }
        if (!keep)
        {
            Close(connection);
        }
        else if (arm)
        {
            _sweeper.Change(_sweepEvery, _sweepEvery);
        }
    }

    /// <summary>Closes a connection that is not used again; in the middle of an exchange the peer sees a reset, so that it stops working.</summary>
    internal void Discard(Http1Connection connection)
    {
        if (!connection.IsFinished)
        {
            connection.Abort();
        }
        Close(connection);
    }

    internal void Drain(Http1Connection connection) => Http1Drain.Start(this, connection, _time);

    /// <summary>Whether it had been aborted.</summary>
    private static bool End(Http1Exchange exchange)
    {
        bool aborted = exchange.IsAborted;
        exchange.Dispose();
        return aborted;
    }

    /// <summary>At the connection limit an idle connection gives its place to a fresh one.</summary>
    private void MakeRoom()
    {
        if (_options.MaxConnections > 0 && OpenConnections >= _options.MaxConnections && TakeIdle() is { } spare)
        {
            Close(spare);
        }
    }

    private async ValueTask<Http1Connection> OpenAsync(Http1Exchange exchange)
    {
        Reserve();
        using var deadline = new CancellationTokenSource(_options.ConnectTimeout, _time);
        exchange.Connecting(deadline);
        bool open = false;
        try
        {
            var connection = new Http1Connection(await _connector.ConnectAsync(deadline.Token), _time.GetTimestamp());
            open = true;
            return connection;
        }
        catch (OperationCanceledException e)
        {
            throw new UpstreamTransportException(TransportFailure.ConnectTimeout, "The upstream did not accept a connection in time.", e);
        }
        finally
        {
            exchange.Connecting(null);
            if (!open)
            {
                Forget();
            }
        }
    }

    private Http1Connection? TakeIdle()
    {
        while (true)
        {
            Http1Connection connection;
            lock (_lock)
            {
                if (_idle.Count == 0)
                {
                    return null;
                }
                connection = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
            }
            if (IsYoung(connection, _time.GetTimestamp()) && !connection.HasStirred)
            {
                return connection;
            }
            Close(connection);
        }
    }

    private void Sweep()
    {
        long now = _time.GetTimestamp();
        List<Http1Connection> stale = [];
        lock (_lock)
        {
            for (int i = _idle.Count - 1; i >= 0; i--)
            {
                if (!IsYoung(_idle[i], now) || !_idle[i].IsQuiet())
                {
                    stale.Add(_idle[i]);
                    _idle.RemoveAt(i);
                }
            }
            if (_idle.Count == 0 && !_disposed)
            {
                _sweeping = false;
                _sweeper.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
            _open -= stale.Count;
        }
        CloseAll(stale);
    }

    private bool IsYoung(Http1Connection connection, long now)
        => _time.GetElapsedTime(connection.IdleSince, now) < _options.IdleTimeout && !IsTooOld(connection, now);

    private bool IsTooOld(Http1Connection connection, long now) => _time.GetElapsedTime(connection.CreatedAt, now) >= _options.MaxLifetime;

    private void Reserve()
    {
        lock (_lock)
        {
            if (_options.MaxConnections > 0 && _open >= _options.MaxConnections)
            {
                throw new UpstreamTransportException(TransportFailure.PoolExhausted, "All connections to the upstream are in use.");
            }
            _open++;
        }
    }

    private void Forget()
    {
        lock (_lock)
        {
            _open--;
        }
    }

    private void Close(Http1Connection connection)
    {
        Forget();
        connection.Dispose();
    }

    private static void CloseAll(IEnumerable<Http1Connection> connections)
    {
        foreach (Http1Connection connection in connections)
        {
            connection.Dispose();
        }
    }
}
