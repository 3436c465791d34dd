namespace Gateway.Health;

/// <summary>
/// What one replica has done lately and what it may therefore be asked now. Thread-safe. <see cref="Condition"/> is read for every candidate of
/// every request: it takes no lock and allocates nothing.
/// </summary>
internal sealed class ReplicaHealth
{
    private readonly ProviderHealth _provider;
    private readonly string _id;
    private readonly TimeProvider _time;
    private readonly Ejection _ejection;
    private readonly CoolDown _coolDown;
    private readonly ProbeState _probes;
    private readonly OutcomeWindow _window;
    private readonly Lock _counting = new();
    private int _failuresInRow;
    private FailureReason _lastReason;
    private volatile bool _isDrained;

    /// <summary>Made by <see cref="ProviderHealth.Add"/>.</summary>
    internal ReplicaHealth(ProviderHealth provider, string id)
    {
        _provider = provider;
        _id = id;
        _time = provider.Time;
        _ejection = new(_time);
        _coolDown = new(_time, provider.Random);
        _probes = new(provider);
        _window = new(_time);
    }

    /// <summary>
    /// What a new request may do with the replica. A pause that was asked for comes before a trial that is due: a trial must not ask a replica
    /// that said when to come back.
    /// </summary>
    internal ReplicaCondition Condition
    {
        get
        {
            if (_isDrained)
                return ReplicaCondition.Drained;
            long now = _time.GetTimestamp();
            if (_probes.IsUnhealthy || _provider.IsRejected(now))
                return ReplicaCondition.Unhealthy;
            if (_ejection.IsClosed(now))
                return ReplicaCondition.Ejected;
            if (now < CoolingUntil)
                return ReplicaCondition.Cooling;
            if (_ejection.IsActive)
                return ReplicaCondition.TrialDue;
            return _ejection.IsStarting(now) ? ReplicaCondition.SlowStart : ReplicaCondition.Usable;
        }
    }

    /// <summary>Whether requests may go to it, now or after a pause: not drained, not unhealthy, not ejected.</summary>
    internal bool IsUp => Condition is not (ReplicaCondition.Drained or ReplicaCondition.Unhealthy or ReplicaCondition.Ejected);

    /// <summary>Share of its usual requests during a slow start, above 0 to 1.</summary>
    internal double Share => _ejection.ShareAt(_time.GetTimestamp());

    /// <summary>How much of a cool-down is left; zero when none is.</summary>
    internal TimeSpan CoolingFor => ClockTicks.Left(_time, CoolingUntil);

    /// <summary>Whether the cool-down was asked for by a rate limit (429) rather than by overload (503, 529).</summary>
    internal bool IsRateLimited => _provider.KeyCoolDown.Until >= _coolDown.Until ? _provider.KeyCoolDown.IsRateLimit : _coolDown.IsRateLimit;

    /// <summary>How much of an ejection is left; zero when none is, or when its trial is due.</summary>
    internal TimeSpan EjectedFor => _ejection.Left;

    /// <summary>When it was last ejected, a timestamp of the clock; 0: never.</summary>
    internal long LastEjected => _ejection.Last;

    /// <summary>Taken out by the operator.</summary>
    internal bool IsDrained => _isDrained;

    /// <summary>Its probes fail; rejected credentials are the provider's matter.</summary>
    internal bool IsUnhealthy => _probes.IsUnhealthy;

    /// <summary>From an ejection until a trial went well.</summary>
    internal bool IsEjected => _ejection.IsActive;

    /// <summary>Its last request found no connection, and none has succeeded since.</summary>
    internal bool IsRefusing
    {
        get
        {
            lock (_counting)
                return _failuresInRow > 0 && _lastReason == FailureReason.Unreachable;
        }
    }

    private long CoolingUntil => Math.Max(_coolDown.Until, _provider.KeyCoolDown.Until);

    /// <summary>Claims the one trial after an ejection; false when another request has it. Ends with <see cref="Answered"/>, <see cref="Failed"/> or <see cref="AbandonTrial"/>.</summary>
    internal bool TryBeginTrial() => _ejection.TryBeginTrial();

    /// <summary>The trial ended without a verdict: its client left, or another replica was faster.</summary>
    internal void AbandonTrial() => _ejection.AbandonTrial();

    /// <summary>The replica gave its first content: ends a trial well. Not yet a success.</summary>
    internal void Answered()
    {
        if (!_ejection.IsActive)
            return;
        lock (_provider.Ejecting)
        {
            if (!_ejection.TryEnd())
                return;
        }

        // Failures from before would eject it again by rate; those in a row stay until a success.
        lock (_counting)
            _window.Clear();
        _provider.Report(_id, HealthEvent.Recovered);
    }

    /// <summary>A whole answer, or one that shows that the replica works (4xx).</summary>
    internal void Succeeded()
    {
        Answered();
        lock (_counting)
        {
            _failuresInRow = 0;
            _window.Add(failed: false);
        }

        _coolDown.Forget();
        _provider.KeyCoolDown.Forget();
    }

    /// <summary>Counts towards ejection. Ejected replicas are ejected again only by their trial: older requests may still be failing.</summary>
    /// <param name="reason">What happened.</param>
    /// <param name="hasAlternative">Whether a replica of another provider could have served the request: then all of a provider's replicas may be ejected.</param>
    internal void Failed(FailureReason reason, bool hasAlternative)
    {
        bool isOver = CountFailure(reason);
        TimeSpan duration;
        lock (_provider.Ejecting)
        {
            bool ejects = _ejection.IsActive ? _ejection.IsOnTrial(_time.GetTimestamp()) : isOver && _provider.MayEject(this, reason, hasAlternative);
            if (!ejects)
                return;
            duration = _ejection.Begin();
        }

        _provider.Report(_id, HealthEvent.Ejected, reason, duration);
    }

    /// <summary>
    /// Keeps requests away for a while, without ejecting; the whole provider when it is keyed and this is a rate limit. On trial it says nothing
    /// about the replica: the trial is due again afterwards.
    /// </summary>
    /// <param name="retryAfter">What the upstream asked for; null: 1 s, doubling to 30 s with each one in a row, with jitter.</param>
    /// <param name="isRateLimit">429 rather than overload.</param>
    internal void CoolDown(TimeSpan? retryAfter, bool isRateLimit)
    {
        (_provider.IsWholeProviders(isRateLimit) ? _provider.KeyCoolDown : _coolDown).Begin(retryAfter, isRateLimit);
        AbandonTrial();
    }

    /// <summary>The upstream rejected the gateway's credentials: all of the provider's replicas are unhealthy for 30 s.</summary>
    internal void CredentialsRejected()
    {
        AbandonTrial();
        _provider.CredentialsRejected();
    }

    /// <summary>Takes a probe's result; it never ends an ejection. While settings are exchanged, two loops may probe for a moment.</summary>
    internal void Probed(bool passed)
    {
        bool isNews;
        lock (_counting)
            isNews = _probes.Add(passed);
        if (isNews)
            _provider.Report(_id, passed ? HealthEvent.Healthy : HealthEvent.Unhealthy);
    }

    /// <summary>Gets no new request until <see cref="Undrain"/>; those it has may finish.</summary>
    internal void Drain() => SetDrained(true);

    /// <summary>Takes requests again, if nothing else keeps them away.</summary>
    internal void Undrain() => SetDrained(false);

    private void SetDrained(bool drained)
    {
        lock (_counting)
        {
            if (_isDrained == drained)
                return;
            _isDrained = drained;
        }

        _provider.Report(_id, drained ? HealthEvent.Drained : HealthEvent.Undrained);
    }

    private bool CountFailure(FailureReason reason)
    {
        lock (_counting)
        {
            _failuresInRow++;
            _lastReason = reason;
            _window.Add(failed: true);
            return _failuresInRow >= _provider.Options.EjectAfter || _window.IsMostlyFailing;
        }
    }
}
