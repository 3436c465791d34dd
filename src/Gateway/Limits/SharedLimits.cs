using System.Buffers.Binary;
using System.Collections.Concurrent;
using Gateway.Configuration;
using Gateway.Redis;
using Gateway.Telemetry;

namespace Gateway.Limits;

/// <summary>
/// Limits that hold across gateways, kept in Redis: one round trip per request. Where Redis does not answer in time the claim is counted locally
/// instead, from its first to its last call, and no request fails for it; the next claim asks Redis again as soon as that can be used.
/// </summary>
internal sealed class SharedLimits : ILimits, IAsyncDisposable
{
    internal static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>How long a slot outlives its gateway; renewed three times as often.</summary>
    private static readonly TimeSpan DefaultLease = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PayBackInterval = TimeSpan.FromSeconds(1);

    private readonly ILimits _local;
    private readonly RedisClient _redis;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lease;
    private readonly SharedSlots _slots;
    private readonly ConcurrentQueue<SharedTaking> _takings = new();
    private readonly ITimer _renewal;
    private readonly ITimer _payBack;
    private readonly ulong _gateway;
    private long _lastId;

    /// <param name="local">Counts while Redis cannot be used.</param>
    /// <param name="redis">Started; owned from here on.</param>
    /// <param name="time">When leases are renewed; counts follow the server's clock.</param>
    /// <param name="random">Names this gateway.</param>
    /// <param name="lease">How long a slot outlives its gateway.</param>
    internal SharedLimits(ILimits local, RedisClient redis, TimeProvider time, Random random, TimeSpan? lease = null)
    {
        _local = local;
        _redis = redis;
        _time = time;
        _lease = lease ?? DefaultLease;
        _gateway = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        _slots = new SharedSlots(redis, time, _lease);
        _renewal = time.CreateTimer(static slots => ((SharedSlots)slots!).Renew(), _slots, _lease / 3, _lease / 3);
        _payBack = time.CreateTimer(static slots => ((SharedSlots)slots!).PayBack(), _slots, PayBackInterval, PayBackInterval);
    }

    /// <summary>Slots that this gateway holds at the server.</summary>
    internal int Held => _slots.Held;

    /// <summary>With a client of its own, which begins to connect.</summary>
    internal static SharedLimits Start(
        SharedLimitOptions options, ILimits local, GatewayMetrics metrics, ILogger<RedisClient> log, TimeProvider time, Random random)
    {
        var server = new RedisOptions
        {
            Address = options.Redis,
            Purpose = "limits",
            Timeout = options.Timeout,
            TlsCaFile = options.TlsCaFile,
            Scripts = SharedScripts.All,
        };
        var redis = new RedisClient(server, metrics, log, time, random);
        redis.Start();
        return new SharedLimits(local, redis, time, random);
    }

    /// <inheritdoc/>
    public ValueTask<LimitVerdict> AdmitAsync(LimitClaim claim, CancellationToken cancellation)
    {
        // With a token limit everything waits for the tokens to be known: one round trip then.
        bool isForLater = claim.HasTokenLimit || (claim.First is null && claim.Second is null);
        return isForLater ? ValueTask.FromResult(default(LimitVerdict)) : TakeAsync(claim, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<LimitVerdict> ReserveAsync(LimitClaim claim, CancellationToken cancellation)
    {
        bool isTaken = claim.IsShared && (claim.IsReserved || claim.IsTokenFree);
        if (isTaken || !claim.HasTokenLimit)
            return ValueTask.FromResult(default(LimitVerdict));
        return claim.IsAdmitted && !claim.IsShared ? _local.ReserveAsync(claim, cancellation) : TakeAsync(claim, cancellation);
    }

    /// <inheritdoc/>
    public void Settle(LimitClaim claim, long usedTokens)
    {
        if (!claim.IsShared)
        {
            _local.Settle(claim, usedTokens);
        }
        else if (claim.IsReserved)
        {
            claim.IsReserved = false;
            Correct(claim.First, claim.Tokens, usedTokens);
            Correct(claim.Second, claim.Tokens, usedTokens);
        }
    }

    /// <inheritdoc/>
    public void Release(LimitClaim claim)
    {
        if (!claim.IsShared)
        {
            _local.Release(claim);
        }
        else if (claim.IsAdmitted)
        {
            claim.IsAdmitted = false;
            _slots.Release(claim.Id);
        }
    }

    /// <summary>After the last request: what was given back is on its way when this returns.</summary>
    public async ValueTask DisposeAsync()
    {
        await _renewal.DisposeAsync();
        await _payBack.DisposeAsync();
        _slots.PayBack();
        // Commands are executed in order: this one's answer, or its timeout, comes after all others'.
        await _redis.SendAsync("PING");
        await _redis.DisposeAsync();
    }

    private async ValueTask<LimitVerdict> TakeAsync(LimitClaim claim, CancellationToken cancellation)
    {
        UInt128 id = new(_gateway, (ulong)Interlocked.Increment(ref _lastId));
        byte[] name = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(name, id);
        SharedSlot slot = claim.WantsRequest ? SharedSlot.Of(claim, name) : default;
        SharedTaking taking = _takings.TryDequeue(out SharedTaking? free) ? free : new SharedTaking();
        taking.Set(claim, name, _lease);
        long start = _time.GetTimestamp();
        RedisReply reply = await _redis.EvalAsync(SharedScripts.Take, taking.Count, taking.Arguments);
        LimitVerdict? answer = taking.Read(reply);
        _takings.Enqueue(taking);
        if (answer is not { } verdict)
        {
            if (reply.IsOk || reply.IsUnknown)
                _slots.Owe(slot, start);
            return await TakeLocallyAsync(claim, cancellation);
        }

        if (verdict.IsGranted)
            Take(claim, id, slot);
        return verdict;
    }

    private void Take(LimitClaim claim, UInt128 id, in SharedSlot slot)
    {
        claim.IsShared = true;
        claim.IsReserved = !claim.IsTokenFree;
        if (!claim.WantsRequest)
            return;
        claim.Id = id;
        claim.IsAdmitted = true;
        if (!slot.IsEmpty)
            _slots.Add(id, slot);
    }

    /// <summary>Both steps at once where the first one was left for the second.</summary>
    private async ValueTask<LimitVerdict> TakeLocallyAsync(LimitClaim claim, CancellationToken cancellation)
    {
        // A claim is counted in one place: what Redis admitted goes on without tokens.
        if (claim.IsShared)
            return default;
        if (claim.IsOfCall)
            return await _local.ReserveAsync(claim, cancellation);
        LimitVerdict admitted = await _local.AdmitAsync(claim, cancellation);
        if (!admitted.IsGranted || !claim.HasTokenLimit)
            return admitted;
        LimitVerdict reserved = await _local.ReserveAsync(claim, cancellation);
        if (!reserved.IsGranted)
            _local.Release(claim);
        return reserved with { Requests = reserved.Requests ?? admitted.Requests };
    }

    private void Correct(LimitScope? scope, long reserved, long used)
    {
        if (scope?.Options.TokensPerMinute is not { } limit)
            return;
        long difference = used - Math.Min(reserved, limit);
        if (difference != 0)
            _ = CorrectAsync(SharedKeys.Of(scope).Tokens, limit, difference);
    }

    private async Task CorrectAsync(byte[] key, long limit, long difference) =>
        await _redis.EvalAsync(SharedScripts.Correct, 1, new RedisArgument[] { key, limit, difference });
}
