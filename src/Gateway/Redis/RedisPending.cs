using System.Threading.Tasks.Sources;

namespace Gateway.Redis;

/// <summary>One command that waits for its reply. Used again once its caller has taken the reply, unless the caller gave up first.</summary>
internal sealed class RedisPending(RedisPendingPool pool) : IValueTaskSource<RedisReply>
{
    private ManualResetValueTaskSourceCore<RedisReply> _core = new() { RunContinuationsAsynchronously = true };

    internal long SentAt { get; set; }

    /// <summary>The caller has its answer, a timeout; the reply that still comes is dropped. Set before <see cref="Complete"/>, under the connection's lock.</summary>
    internal bool IsAbandoned { get; set; }

    /// <summary>To be taken once per use.</summary>
    internal ValueTask<RedisReply> Task => new(this, _core.Version);

    internal void Complete(RedisReply reply) => _core.SetResult(reply);

    public RedisReply GetResult(short token)
    {
        RedisReply reply = _core.GetResult(token);
        if (!IsAbandoned)
        {
            _core.Reset();
            pool.Return(this);
        }

        return reply;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
