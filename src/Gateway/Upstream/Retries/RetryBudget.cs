namespace Gateway.Upstream.Retries;

/// <summary>
/// A router's allowance of retries: a token bucket that requests fill, each with its share. When they bring less than one token a second, time makes
/// up for it, up to 10 tokens. Holds at most what 10 s of traffic bring, at least 10, and starts with 10. Thread-safe; no allocation.
/// </summary>
internal sealed class RetryBudget
{
    /// <summary>A token in millionths: shares add up exactly, and the floor of one token a second is one unit a microsecond.</summary>
    private const long Token = 1_000_000;

    private const long Floor = 10 * Token;

    private const int WindowSeconds = 10;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _share;
    private readonly long _start;

    /// <summary>Requests of each of the last 10 seconds; the second's number modulo 10 is its place.</summary>
    private readonly int[] _perSecond = new int[WindowSeconds];
    private long _inWindow;
    private long _second;

    private long _tokens = Floor;

    /// <summary>What requests brought and the floor need not bring again.</summary>
    private long _ahead;
    private long _filledAt;

    /// <param name="share">Retries as a share of requests, 0 to 1; with 0 the floor remains.</param>
    /// <param name="time">For the floor and the window.</param>
    internal RetryBudget(double share, TimeProvider time)
    {
        _time = time;
        _share = (long)Math.Round(share * Token);
        _start = time.GetTimestamp();
    }

    private long Capacity => Math.Max(Floor, _inWindow * _share);

    /// <summary>A request came in.</summary>
    internal void Add()
    {
        lock (_lock)
        {
            CatchUp();
            _perSecond[_second % WindowSeconds]++;
            _inWindow++;
            long added = Math.Clamp(Capacity - _tokens, 0, _share);
            _tokens += added;
            _ahead = Math.Min(_ahead + added, Floor);
        }
    }

    /// <summary>Takes one retry; false when there is none left.</summary>
    internal bool TryTake()
    {
        lock (_lock)
        {
            CatchUp();
            if (_tokens < Token)
                return false;

            _tokens -= Token;
            return true;
        }
    }

    /// <summary>Gives back one that was taken and not used.</summary>
    internal void Return()
    {
        lock (_lock)
        {
            CatchUp();
            _tokens = Math.Min(_tokens + Token, Capacity);
        }
    }

    /// <summary>Catches up with the clock: seconds leave the window, the floor comes in.</summary>
    private void CatchUp()
    {
        long now = (long)_time.GetElapsedTime(_start).TotalMicroseconds;
        if (now <= _filledAt)
            return;

        ForgetSecondsBefore(now / Token);
        long floor = now - _filledAt;
        long covered = Math.Min(_ahead, floor);
        _ahead -= covered;
        _filledAt = now;
        if (_tokens < Floor)
            _tokens = Math.Min(_tokens + floor - covered, Floor);

        _tokens = Math.Min(_tokens, Capacity);
    }

    private void ForgetSecondsBefore(long second)
    {
        for (int steps = 0; _second < second && steps < WindowSeconds; steps++)
        {
            ref int oldest = ref _perSecond[++_second % WindowSeconds];
            _inWindow -= oldest;
            oldest = 0;
        }

        _second = second;
    }
}
