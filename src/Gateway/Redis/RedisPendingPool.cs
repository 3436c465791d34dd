using System.Collections.Concurrent;

namespace Gateway.Redis;

/// <summary>Spares one object per command.</summary>
internal sealed class RedisPendingPool
{
    private const int Kept = 256;

    private readonly ConcurrentQueue<RedisPending> _free = new();

    internal RedisPending Rent() => _free.TryDequeue(out RedisPending? pending) ? pending : new RedisPending(this);

    internal void Return(RedisPending pending)
    {
        if (_free.Count < Kept)
            _free.Enqueue(pending);
    }
}
