namespace Gateway.Redis;

internal sealed partial class RedisConnection
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <returns>False: nobody asked for it.</returns>
    private bool Deliver(RedisReply reply)
    {
        RedisPending? pending;
        bool hasCaughtUp;
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out pending))
                return false;
            hasCaughtUp = _isStalled && !(_waiting.TryPeek(out RedisPending? next) && next.IsAbandoned);
            if (hasCaughtUp)
                _isStalled = false;
        }

        HasAnswered |= reply.IsOk;
        if (hasCaughtUp)
            _journal.Up();
        if (!pending.IsAbandoned)
            pending.Complete(reply);
        Judge(reply);
        return true;
    }

    private void Judge(RedisReply reply)
    {
        if (reply.Failure is RedisFailure.Unavailable)
        {
            _journal.Failed();
            // Another address, or the same server later, may be of use.
            Close($"the server says {reply.ErrorCode}");
        }
        else if (reply.Failure is RedisFailure.Refused && reply.Bytes?.AsSpan().StartsWith("NOSCRIPT"u8) != true)
        {
            _journal.Refused(reply);
        }
    }

    private void OnDeadline()
    {
        List<RedisPending> expired = [];
        bool isDead;
        lock (_gate)
        {
            if (_isClosed)
                return;
            TimeSpan wait = Expire(expired);
            isDead = _waiting.TryPeek(out RedisPending? oldest) && _time.GetElapsedTime(oldest.SentAt) >= _options.AbandonAfter;
            if (_waiting.Count > 0 && !isDead)
                _deadline.Change(wait > ShortestWait ? wait : ShortestWait, Timeout.InfiniteTimeSpan);
        }

        if (expired.Count > 0)
            _journal.Down("it does not answer in time");
        _journal.Failed(expired.Count);
        foreach (RedisPending pending in expired)
            pending.Complete(RedisReply.Of(RedisFailure.Timeout));
        if (isDead)
            Close("it does not answer");
    }

    /// <summary>All commands have the same timeout, so those that gave up are the oldest ones.</summary>
    /// <returns>How long until there is something to do again.</returns>
    private TimeSpan Expire(List<RedisPending> expired)
    {
        TimeSpan wait = TimeSpan.MaxValue;
        foreach (RedisPending pending in _waiting)
        {
            TimeSpan elapsed = _time.GetElapsedTime(pending.SentAt);
            if (!pending.IsAbandoned && elapsed < _options.Timeout)
                return Min(wait, _options.Timeout - elapsed);

            wait = Min(wait, _options.AbandonAfter - elapsed);
            if (pending.IsAbandoned)
                continue;
            pending.IsAbandoned = true;
            _isStalled = true;
            expired.Add(pending);
        }

        return wait;
    }

    private void Ping()
    {
        bool isIdle;
        lock (_gate)
            isIdle = _waiting.Count == 0;
        if (isIdle)
            _ = SendAsync(["PING"], []).AsTask();
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
