using Gateway.Streaming.Sources;

namespace Gateway.Upstream.Http1;

/// <summary>
/// One request and its response. Disposing returns the connection to its pool when the body was read to its end, else closes it at once.
/// <see cref="Abort"/> is for any thread and any time, also long after the connection serves somebody else: that is why this object, unlike the connection, is not reused.
/// </summary>
internal sealed class Http1Exchange : IDisposable
{
    private const int Active = 0;
    private const int Aborted = 1;
    private const int Released = 2;

    private readonly Http1Pool _pool;
    private readonly CancellationTokenRegistration _registration;
    private Http1Connection? _connection;
    private CancellationTokenSource? _connecting;
    private int _state;

    internal Http1Exchange(Http1Pool pool, CancellationToken cancellationToken)
    {
        _pool = pool;
        // The only registration: it covers connect, send, head and body. May fire right here.
        _registration = cancellationToken.UnsafeRegister(static exchange => ((Http1Exchange)exchange!).Abort(), this);
    }

    /// <summary>Valid until this is disposed.</summary>
    public Http1Response Response => Connection.Response;

    /// <summary>The body, its framing removed; <see cref="ReadStatus.Broken"/> after <see cref="Abort"/>. Valid until this is disposed.</summary>
    public IByteSource Body => Connection;

    public bool IsAborted => Volatile.Read(ref _state) == Aborted;

    private Http1Connection Connection => _connection ?? throw new ObjectDisposedException(nameof(Http1Exchange));

    /// <summary>Closes the connection at once (the upstream sees a reset); whatever is pending completes. Thread-safe, idempotent. The owner still disposes.</summary>
    public void Abort()
    {
        if (Interlocked.CompareExchange(ref _state, Aborted, Active) != Active)
        {
            return;
        }
        Volatile.Read(ref _connection)?.Abort();
        Cancel(Volatile.Read(ref _connecting));
    }

    /// <summary>Ends the exchange; not while a wait on the body is outstanding, unless aborted.</summary>
    public void Dispose()
    {
        bool intact = Release(out Http1Connection? connection);
        if (connection is null)
        {
            return;
        }
        if (intact && connection.IsReusable)
        {
            _pool.Return(connection);
            return;
        }
        _pool.Discard(connection);
    }

    /// <summary>
    /// Ends an exchange whose owner has all it wants (<c>[DONE]</c>) but has not seen the end of the body: what is missing is read in the background,
    /// at most <see cref="Http1Limits.DrainBytes"/> and <see cref="Http1Limits.DrainTime"/>, to keep the connection. Never waits.
    /// </summary>
    public void DrainAndReturn()
    {
        bool intact = Release(out Http1Connection? connection);
        if (connection is null)
        {
            return;
        }
        if (intact)
        {
            _pool.Drain(connection);
            return;
        }
        _pool.Discard(connection);
    }

    internal void Attach(Http1Connection connection)
    {
        Volatile.Write(ref _connection, connection);
        // Pairs with the interlocked write in Abort: one of the two sees the other.
        Interlocked.MemoryBarrier();
        if (IsAborted)
        {
            connection.Abort();
        }
    }

    internal void Detach() => Volatile.Write(ref _connection, null);

    /// <summary>Says what to cancel while there is no connection yet.</summary>
    internal void Connecting(CancellationTokenSource? deadline)
    {
        Volatile.Write(ref _connecting, deadline);
        Interlocked.MemoryBarrier();
        if (IsAborted)
        {
            Cancel(deadline);
        }
    }

    private bool Release(out Http1Connection? connection)
    {
        int before = Interlocked.CompareExchange(ref _state, Released, Active);
        _registration.Unregister();
        connection = Interlocked.Exchange(ref _connection, null);
        return before == Active;
    }

    private static void Cancel(CancellationTokenSource? source)
    {
        try
        {
            source?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connect ended between the read and the call.
        }
    }
}
