namespace Gateway.Limits;

/// <summary>
/// One per-minute limit as a GCRA in its leaky-bucket form: what was taken leaks out at the limit's rate, and at most one minute's worth fits. So any T
/// seconds admit at most N(1 + T/60). Whole numbers only: no rounding adds up. Not thread-safe.
/// </summary>
/// <param name="frequency">Clock ticks per second.</param>
internal sealed class LimitBucket(long frequency)
{
    /// <summary>One request or token; in each clock tick <see cref="_limit"/> of them leak out.</summary>
    private readonly Int128 _unit = (Int128)60 * frequency;

    private Int128 _level;
    private long _limit;
    private long _last;

    /// <summary>Brings the level to <paramref name="now"/>; a limit that changed keeps what was taken.</summary>
    internal void Advance(long limit, long now)
    {
        Leak(now);
        _limit = limit;
    }

    /// <summary>Until <paramref name="amount"/> fits, after <see cref="Advance"/>; zero: it fits now.</summary>
    internal TimeSpan WaitFor(long amount)
    {
        Int128 excess = _level + (amount * _unit) - (_limit * _unit);
        return excess <= 0 ? TimeSpan.Zero : LimitTime.AtLeastOneMillisecond(Duration(excess));
    }

    /// <summary>Takes; a negative amount gives back. May go beyond the limit, never below nothing.</summary>
    internal void Take(long amount)
    {
        _level += amount * _unit;
        if (_level < 0)
            _level = 0;
    }

    /// <summary>Corrects what was taken, at any time.</summary>
    internal void Correct(long amount, long now)
    {
        Leak(now);
        Take(amount);
    }

    internal LimitStanding Standing => new(_limit, Remaining, Duration(_level));

    private long Remaining
    {
        get
        {
            Int128 room = (_limit * _unit) - _level;
            return room <= 0 ? 0 : (long)(room / _unit);
        }
    }

    private void Leak(long now)
    {
        if (now <= _last)
            return;
        _level -= (Int128)(now - _last) * _limit;
        if (_level < 0)
            _level = 0;
        _last = now;
    }

    /// <summary>How long it takes until that much has leaked out, rounded up.</summary>
    private TimeSpan Duration(Int128 level)
    {
        if (level == 0 || _limit == 0)
            return TimeSpan.Zero;
        Int128 ticks = (level + _limit - 1) / _limit;
        return LimitTime.FromTicks(ticks, frequency);
    }
}
