using Gateway.Streaming.Sources;

namespace Gateway.Upstream.Http1;

/// <summary>
/// Reads the last bytes of a body nobody waits for, so that its connection can be used again. The time limit and the end race for the connection:
/// whoever settles first decides, so a late timer never hits its next user.
/// </summary>
internal sealed class Http1Drain
{
    private readonly Http1Pool _pool;
    private readonly Http1Connection _connection;
    private int _budget = Http1Limits.DrainBytes;
    private int _settled;

    private Http1Drain(Http1Pool pool, Http1Connection connection)
    {
        _pool = pool;
        _connection = connection;
    }

    internal static void Start(Http1Pool pool, Http1Connection connection, TimeProvider time)
    {
        int budget = Http1Limits.DrainBytes;
        ReadStatus status = ReadOn(connection, ref budget);
        if (status is ReadStatus.Blocked)
        {
            _ = new Http1Drain(pool, connection) { _budget = budget }.RunAsync(time);
            return;
        }
        Finish(pool, connection, status);
    }

    private async Task RunAsync(TimeProvider time)
    {
        ReadStatus status = ReadStatus.Blocked;
        await using (time.CreateTimer(static drain => ((Http1Drain)drain!).Expire(), this, Http1Limits.DrainTime, Timeout.InfiniteTimeSpan))
        {
            while (status is ReadStatus.Blocked)
            {
                await _connection.WaitAsync();
                status = ReadOn(_connection, ref _budget);
            }
        }
        Finish(_pool, _connection, Interlocked.Exchange(ref _settled, 1) == 0 ? status : ReadStatus.Broken);
    }

    private void Expire()
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            _connection.Abort();
        }
    }

    /// <summary><see cref="ReadStatus.Broken"/> also when the budget is spent.</summary>
    private static ReadStatus ReadOn(Http1Connection connection, ref int budget)
    {
        Span<byte> scratch = stackalloc byte[512];
        ReadStatus status;
        while ((status = connection.Read(scratch, out int bytes)) is ReadStatus.Data)
        {
            budget -= bytes;
            if (budget < 0)
            {
                return ReadStatus.Broken;
            }
        }
        return status;
    }

    private static void Finish(Http1Pool pool, Http1Connection connection, ReadStatus status)
    {
        if (status is ReadStatus.End && connection.IsReusable)
        {
            pool.Return(connection);
            return;
        }
        pool.Discard(connection);
    }
}
