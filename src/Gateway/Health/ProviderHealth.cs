using Gateway.Configuration;

namespace Gateway.Health;

/// <summary>
/// What the replicas of one provider share: how many of them may be ejected at once, the pause of a key that is over its limit, and credentials
/// that were rejected. Thread-safe.
/// </summary>
internal sealed class ProviderHealth
{
    /// <summary>Fixed: neither a probe nor an answer to an older request says that the credentials are good again.</summary>
    internal static readonly TimeSpan RejectionTime = TimeSpan.FromSeconds(30);

    private readonly string _name;
    private volatile bool _isKeyed;
    private volatile HealthOptions _options;
    private readonly Action<HealthChange>? _changed;
    private volatile ReplicaHealth[] _replicas = [];
    private long _rejectedUntil;

    /// <param name="name">The provider's name in the configuration.</param>
    /// <param name="options">Its <c>health</c> section.</param>
    /// <param name="isKeyed">Whether it has a credential: then a rate limit is the key's, not one replica's.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">For jitter.</param>
    /// <param name="changed">Told of every change, on the thread that caused it, outside of locks.</param>
    internal ProviderHealth(string name, HealthOptions options, bool isKeyed, TimeProvider time, Random random, Action<HealthChange>? changed)
    {
        _name = name;
        _isKeyed = isKeyed;
        _changed = changed;
        _options = options;
        Time = time;
        Random = random;
        KeyCoolDown = new(time, random);
    }

    /// <summary>For a provider or replica that stands alone, outside of a running gateway: nobody is told.</summary>
    internal static ProviderHealth Alone(string name) => new(name, new HealthOptions(), isKeyed: false, TimeProvider.System, new Random(0), changed: null);

    internal HealthOptions Options => _options;

    internal TimeProvider Time { get; }

    internal Random Random { get; }

    /// <summary>Held for every ejection and every end of one, so that the limits hold.</summary>
    internal Lock Ejecting { get; } = new();

    /// <summary>The pause of all replicas: a key over its limit.</summary>
    internal CoolDown KeyCoolDown { get; }

    /// <summary>
    /// Goes on with other settings. What is known about the replicas stays; what was held against the credential is forgotten, since it may be another one.
    /// </summary>
    /// <param name="options">The new <c>health</c> section.</param>
    /// <param name="isKeyed">As for the constructor.</param>
    internal void Use(HealthOptions options, bool isKeyed)
    {
        _options = options;
        _isKeyed = isKeyed;
        Volatile.Write(ref _rejectedUntil, 0);
        KeyCoolDown.End();
    }

    /// <summary>Adds a replica, usable until it proves otherwise.</summary>
    internal ReplicaHealth Add(string id)
    {
        ReplicaHealth replica = new(this, id);
        Join(replica);
        return replica;
    }

    /// <summary>A replica that is back: it counts for the limits again, if it does not yet.</summary>
    internal void Join(ReplicaHealth replica)
    {
        lock (Ejecting)
            _replicas = [.. _replicas.Where(other => other != replica), replica];
    }

    /// <summary>A replica whose address is gone: it no longer counts for the limits.</summary>
    internal void Remove(ReplicaHealth replica)
    {
        lock (Ejecting)
            _replicas = [.. _replicas.Where(other => other != replica)];
    }

    internal bool IsRejected(long now) => now < Volatile.Read(ref _rejectedUntil);

    internal void CredentialsRejected()
    {
        long now = Time.GetTimestamp();
        bool isNews = !IsRejected(now);
        Volatile.Write(ref _rejectedUntil, now + ClockTicks.Of(Time, RejectionTime));
        if (isNews)
            Report(new(_name, "", HealthEvent.CredentialsRejected, default, RejectionTime));
    }

    internal bool IsWholeProviders(bool isRateLimit) => _isKeyed && isRateLimit;

    /// <summary>
    /// At least one and at most half of the replicas may be ejected at once. All of them when something else serves the model, or when all
    /// refuse connections: then there is nothing to lose. A replica keeps its place among the ejected until its trial went well.
    /// </summary>
    internal bool MayEject(ReplicaHealth candidate, FailureReason reason, bool hasAlternative)
    {
        ReplicaHealth[] replicas = _replicas;
        if (hasAlternative || replicas.Count(replica => replica != candidate && replica.IsEjected) < Math.Max(1, replicas.Length / 2))
            return true;
        return reason == FailureReason.Unreachable && replicas.All(replica => replica == candidate || replica.IsRefusing || replica.IsUnhealthy);
    }

    internal void Report(string replica, HealthEvent happened, FailureReason reason = default, TimeSpan duration = default) =>
        Report(new(_name, replica, happened, reason, duration));

    private void Report(HealthChange change) => _changed?.Invoke(change);
}
