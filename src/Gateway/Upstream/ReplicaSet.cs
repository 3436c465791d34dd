using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Gateway.Upstream;

/// <summary>
/// A provider's replicas at this moment. A change swaps the array as a whole: who enumerates goes on with what he began with, without a lock or a copy.
/// Thread-safe.
/// </summary>
internal sealed class ReplicaSet(Replica[] initial)
{
    private readonly Lock _lock = new();
    private readonly List<ReplicaSubscription> _watches = [];
    private volatile Replica[] _current = initial;
    private volatile Replica[] _departed = [];

    /// <summary>Those that may get requests, in a stable order.</summary>
    internal ImmutableArray<Replica> Current => ImmutableCollectionsMarshal.AsImmutableArray(_current);

    /// <summary>Those that left a short while ago: they get no new request, and may still work on old ones.</summary>
    internal ImmutableArray<Replica> Departed => ImmutableCollectionsMarshal.AsImmutableArray(_departed);

    /// <inheritdoc cref="Provider.Watch"/>
    internal IDisposable Watch(Action<Replica> joined, Action<Replica> left)
    {
        ReplicaSubscription watch = new(this, joined, left);
        lock (_lock)
        {
            _watches.Add(watch);
            foreach (Replica replica in _current)
                joined(replica);
        }

        return watch;
    }

    internal void Remove(ReplicaSubscription watch)
    {
        lock (_lock)
            _watches.Remove(watch);
    }

    /// <summary>Swaps the replicas and then tells the watchers, those that left first.</summary>
    internal void Replace(Replica[] current, Replica[] departed)
    {
        lock (_lock)
        {
            Replica[] before = _current;
            _current = current;
            _departed = departed;
            Replica[] left = [.. before.Except(current)];
            Replica[] joined = [.. current.Except(before)];
            foreach (ReplicaSubscription watch in _watches)
                watch.Tell(left, joined);
        }
    }
}
