namespace Gateway.Health;

/// <summary>
/// One replica's way out and back: ejected for 5 s, then one trial; a failed trial ejects again for 10 s, then 20 s; a good one starts slowly.
/// <code>
///   in ──Begin──▶ ejected ──time──▶ trial due ──TryBeginTrial──▶ on trial ──TryEnd──▶ slow start ──5 s──▶ in
///                    ▲                  ▲─────────AbandonTrial, 10 s────┤
///                    └────────────────────────Begin, doubled────────────┘
/// </code>
/// Read without a lock; <see cref="Begin"/> and <see cref="TryEnd"/> are called by one thread at a time (<see cref="ProviderHealth"/>).
/// </summary>
internal sealed class Ejection(TimeProvider time)
{
    internal static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    internal static readonly TimeSpan SlowStart = TimeSpan.FromSeconds(5);

    /// <summary>A replica that stays in this long after its recovery begins with the first duration again.</summary>
    internal static readonly TimeSpan ForgetAfter = TimeSpan.FromSeconds(30);

    /// <summary>A trial that nobody ends is forgotten, or one lost request would keep the replica out for ever.</summary>
    internal static readonly TimeSpan LongestTrial = TimeSpan.FromSeconds(10);

    private const double FirstShare = 0.2;

    private readonly long _slowStartTicks = ClockTicks.Of(time, SlowStart);
    private TimeSpan _next = First;
    private long _until;
    private long _trialUntil;
    private long _slowStartUntil;
    private long _recovered;
    private long _last;

    /// <summary>From the ejection until a trial ended well.</summary>
    internal bool IsActive => Volatile.Read(ref _until) != 0;

    internal long Last => Volatile.Read(ref _last);

    internal TimeSpan Left => ClockTicks.Left(time, Volatile.Read(ref _until));

    /// <summary>Whether its time runs, or another request tries the replica.</summary>
    internal bool IsClosed(long now) => IsActive && (now < Volatile.Read(ref _until) || now < Volatile.Read(ref _trialUntil));

    internal bool IsOnTrial(long now) => IsActive && now >= Volatile.Read(ref _until) && now < Volatile.Read(ref _trialUntil);

    internal bool IsStarting(long now) => now < Volatile.Read(ref _slowStartUntil);

    internal double ShareAt(long now)
    {
        long left = Volatile.Read(ref _slowStartUntil) - now;
        return left <= 0 ? 1 : 1 - ((1 - FirstShare) * Math.Min(left, _slowStartTicks) / _slowStartTicks);
    }

    internal bool TryBeginTrial()
    {
        if (!IsActive)
            return true;
        long now = time.GetTimestamp();
        long running = Volatile.Read(ref _trialUntil);
        return now >= Volatile.Read(ref _until) && now >= running
            && Interlocked.CompareExchange(ref _trialUntil, now + ClockTicks.Of(time, LongestTrial), running) == running;
    }

    internal void AbandonTrial() => Volatile.Write(ref _trialUntil, 0);

    /// <summary>Ejects, or ejects again; returns for how long.</summary>
    internal TimeSpan Begin()
    {
        long now = time.GetTimestamp();
        if (!IsActive && _recovered != 0 && now - _recovered >= ClockTicks.Of(time, ForgetAfter))
            _next = First;
        TimeSpan duration = _next;
        _next = duration * 2 < Longest ? duration * 2 : Longest;
        Volatile.Write(ref _last, Math.Max(1, now));
        Volatile.Write(ref _until, now + ClockTicks.Of(time, duration));
        Volatile.Write(ref _trialUntil, 0);
        Volatile.Write(ref _slowStartUntil, 0);
        return duration;
    }

    /// <summary>The replica answers again; false while its time still runs, which no answer shortens.</summary>
    internal bool TryEnd()
    {
        long now = time.GetTimestamp();
        if (!IsActive || now < Volatile.Read(ref _until))
            return false;
        _recovered = now;
        Volatile.Write(ref _slowStartUntil, now + _slowStartTicks);
        Volatile.Write(ref _until, 0);
        Volatile.Write(ref _trialUntil, 0);
        return true;
    }
}
