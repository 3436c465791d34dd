using Gateway.Redis;

namespace Gateway.Limits;

/// <summary>
/// The slots that this gateway holds at the server. Each is a lease: it ends by itself when nobody renews it, so that a gateway that died holds none.
/// What could not be given back is tried again for as long as the lease may last.
/// </summary>
internal sealed class SharedSlots(RedisClient redis, TimeProvider time, TimeSpan lease)
{
    /// <summary>Slots renewed by one command, sets of both scopes counted.</summary>
    private const int Batch = 200;

    /// <summary>More than these are left to their leases.</summary>
    private const int MostOwed = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, SharedSlot> _held = [];
    private readonly Queue<(SharedSlot Slot, long Since)> _owed = new();

    internal int Held
    {
        get
        {
            lock (_gate)
                return _held.Count;
        }
    }

    internal void Add(UInt128 id, SharedSlot slot)
    {
        lock (_gate)
            _held[id] = slot;
    }

    internal void Release(UInt128 id)
    {
        SharedSlot slot;
        lock (_gate)
        {
            if (!_held.Remove(id, out slot))
                return;
        }

        _ = ReturnAsync(slot, time.GetTimestamp());
    }

    /// <summary>For a slot that may or may not have been taken.</summary>
    internal void Owe(SharedSlot slot, long since)
    {
        lock (_gate)
        {
            if (!slot.IsEmpty && _owed.Count < MostOwed)
                _owed.Enqueue((slot, since));
        }
    }

    /// <summary>Tries again to give back what is owed.</summary>
    internal void PayBack()
    {
        int owed;
        lock (_gate)
            owed = _owed.Count;
        for (; owed > 0 && redis.IsUp; owed--)
        {
            (SharedSlot Slot, long Since) next;
            lock (_gate)
            {
                if (!_owed.TryDequeue(out next))
                    return;
            }

            if (time.GetElapsedTime(next.Since) < lease)
                _ = ReturnAsync(next.Slot, next.Since);
        }
    }

    /// <summary>
    /// Renews all leases. The commands are written under the lock that releasing takes first: a renewal behind its slot's release would bring the slot back.
    /// For the same reason the whole script is sent, not its hash, which might have to be sent twice.
    /// </summary>
    internal void Renew()
    {
        List<RedisArgument> keys = [], names = [];
        lock (_gate)
        {
            foreach (SharedSlot slot in _held.Values)
            {
                Collect(slot.First, slot.Name, keys, names);
                Collect(slot.Second, slot.Name, keys, names);
                if (keys.Count >= Batch)
                    SendRenewal(keys, names);
            }

            SendRenewal(keys, names);
        }
    }

    private static void Collect(byte[]? key, byte[] name, List<RedisArgument> keys, List<RedisArgument> names)
    {
        if (key is null)
            return;
        keys.Add(key);
        names.Add(name);
    }

    private void SendRenewal(List<RedisArgument> keys, List<RedisArgument> names)
    {
        if (keys.Count == 0)
            return;
        RedisArgument[] command = ["EVAL", SharedScripts.Renew.Text, keys.Count, .. keys, (long)lease.TotalMilliseconds, .. names];
        keys.Clear();
        names.Clear();
        _ = redis.SendAsync(command).AsTask();
    }

    private async Task ReturnAsync(SharedSlot slot, long since)
    {
        bool isReturned = await RemoveAsync(slot.First, slot.Name) & await RemoveAsync(slot.Second, slot.Name);
        if (!isReturned)
            Owe(slot, since);
    }

    /// <summary>To give back twice does no harm, so an unknown outcome counts as none.</summary>
    private async ValueTask<bool> RemoveAsync(byte[]? key, byte[] name) =>
        key is null || await redis.SendAsync("ZREM", key, name) is { Failure: RedisFailure.None or RedisFailure.Refused };
}
