namespace Gateway.Health;

/// <summary>A pause that an upstream asked for, of one replica or of a whole provider. Thread-safe; read without a lock.</summary>
internal sealed class CoolDown(TimeProvider time, Random random)
{
    internal static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private TimeSpan _next = First;
    private long _until;
    private volatile bool _isRateLimit;
    private volatile bool _hasBackedOff;

    /// <summary>A timestamp of the clock; 0 before the first.</summary>
    internal long Until => Volatile.Read(ref _until);

    internal bool IsRateLimit => _isRateLimit;

    /// <summary>
    /// Begins a pause or lengthens the running one; a shorter one changes nothing. Without a time of the upstream's own the pause is a backoff,
    /// and requests that were already under way when it began do not lengthen it: a burst of refusals is one refusal.
    /// </summary>
    internal void Begin(TimeSpan? asked, bool isRateLimit)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            bool isOwn = asked is not { } given || given <= TimeSpan.Zero;
            if (isOwn && now < _until)
                return;
            long until = now + ClockTicks.Of(time, isOwn ? NextBackoff() : asked!.Value);
            if (until <= _until)
                return;
            _isRateLimit = isRateLimit;
            Volatile.Write(ref _until, until);
        }
    }

    /// <summary>The next backoff is the first again; a running pause stays.</summary>
    internal void Forget()
    {
        if (!_hasBackedOff)
            return;
        lock (_lock)
        {
            _hasBackedOff = false;
            _next = First;
        }
    }

    /// <summary>Ends the pause: whom it held back is no longer who asks.</summary>
    internal void End()
    {
        Forget();
        lock (_lock)
            Volatile.Write(ref _until, 0);
    }

    /// <summary>Up to a fifth shorter by chance: many gateways must not come back in step.</summary>
    private TimeSpan NextBackoff()
    {
        TimeSpan backoff = _next * (1 - (random.NextDouble() / 5));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        _hasBackedOff = true;
        return backoff;
    }
}
