using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;

namespace Gateway.Redis;

/// <summary>
/// Many callers on one connection: commands are written in the order of <see cref="SendAsync"/>, replies belong to them in that order.
/// A server that owes an answer for longer than the timeout gets nothing more until it has caught up (<see cref="IsUsable"/>): so callers of a
/// server that hangs wait once, not each.
/// </summary>
internal sealed partial class RedisConnection : IDisposable
{
    private readonly RedisWire _wire;
    private readonly RedisOptions _options;
    private readonly RedisJournal _journal;
    private readonly RedisPendingPool _pool;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Queue<RedisPending> _waiting = new();
    private readonly Pipe _output = new(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: RedisWire.BlockSize, useSynchronizationContext: false));
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _deadline;
    private readonly ITimer _ping;
    private long _needed;
    private long _unsent;
    private volatile bool _isStalled;
    private volatile bool _isClosed;

    /// <param name="wire">Greeted; owned from here on.</param>
    /// <param name="options">Timeouts and bounds.</param>
    /// <param name="journal">Counts failures.</param>
    /// <param name="pool">Outlives the connection.</param>
    /// <param name="time">The clock of all timeouts.</param>
    internal RedisConnection(RedisWire wire, RedisOptions options, RedisJournal journal, RedisPendingPool pool, TimeProvider time)
    {
        _wire = wire;
        _options = options;
        _journal = journal;
        _pool = pool;
        _time = time;
        _deadline = time.CreateTimer(static self => ((RedisConnection)self!).OnDeadline(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ping = time.CreateTimer(static self => ((RedisConnection)self!).Ping(), this, options.PingInterval, options.PingInterval);
        _ = WriteAsync();
        _ = ReadAsync();
    }

    /// <summary>Completes, with the reason, when the connection is gone and every caller has its answer.</summary>
    internal Task<string> Ended => _ended.Task;

    internal bool IsUsable => !_isClosed && !_isStalled;

    /// <summary>Whether any command was answered.</summary>
    internal bool HasAnswered { get; private set; }

    /// <summary>Writes <paramref name="head"/> and <paramref name="tail"/> as one command, before it returns.</summary>
    internal ValueTask<RedisReply> SendAsync(ReadOnlySpan<RedisArgument> head, ReadOnlySpan<RedisArgument> tail)
    {
        RedisPending pending = _pool.Rent();
        RedisFailure refusal;
        ValueTask<RedisReply> answer = pending.Task;
        lock (_gate)
        {
            refusal = Refusal();
            if (refusal is RedisFailure.None)
                Enqueue(pending, head, tail);
        }

        if (refusal is RedisFailure.None)
            return answer;
        _pool.Return(pending);
        _journal.Failed();
        return ValueTask.FromResult(RedisReply.Of(refusal));
    }

    /// <summary>Answers every caller and lets go of the socket; the first reason stands.</summary>
    internal void Close(string reason)
    {
        RedisPending[] lost;
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            lost = _waiting.Where(pending => !pending.IsAbandoned).ToArray();
            _waiting.Clear();
            _output.Writer.Complete();
        }

        _deadline.Dispose();
        _ping.Dispose();
        _closing.Cancel();
        _wire.Dispose();
        _journal.Failed(lost.Length);
        foreach (RedisPending pending in lost)
            pending.Complete(RedisReply.Of(RedisFailure.Lost));
        _ended.TrySetResult(reason);
    }

    public void Dispose()
    {
        Close("stopped");
        _closing.Dispose();
    }

    private RedisFailure Refusal()
    {
        if (_isClosed || _isStalled)
            return RedisFailure.Down;
        return _waiting.Count >= _options.MaxOutstanding || Interlocked.Read(ref _unsent) > _options.MaxUnsent ? RedisFailure.Busy : RedisFailure.None;
    }

    private void Enqueue(RedisPending pending, ReadOnlySpan<RedisArgument> head, ReadOnlySpan<RedisArgument> tail)
    {
        PipeWriter writer = _output.Writer;
        RespWriter.WriteHead(writer, (byte)'*', head.Length + tail.Length);
        RespWriter.WriteItems(writer, head);
        RespWriter.WriteItems(writer, tail);
        Interlocked.Add(ref _unsent, writer.UnflushedBytes);
        pending.SentAt = _time.GetTimestamp();
        _waiting.Enqueue(pending);
        if (_waiting.Count == 1)
            _deadline.Change(_options.Timeout, Timeout.InfiniteTimeSpan);
        ValueTask<FlushResult> flush = writer.FlushAsync();
        Debug.Assert(flush.IsCompletedSuccessfully, "The pipe has no threshold: its bounds are those above.");
    }

    private async Task WriteAsync()
    {
        PipeReader reader = _output.Reader;
        try
        {
            while (true)
            {
                ReadResult read = await reader.ReadAsync();
                foreach (ReadOnlyMemory<byte> block in read.Buffer)
                    await _wire.Stream.WriteAsync(block, _closing.Token);
                Interlocked.Add(ref _unsent, -read.Buffer.Length);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    break;
            }
        }
        catch (Exception)
        {
            Close("the connection broke");
        }

        await reader.CompleteAsync();
    }

    private async Task ReadAsync()
    {
        string reason = "the server closed the connection";
        try
        {
            while (true)
            {
                ReadResult read = await _wire.Input.ReadAsync(_closing.Token);
                if (!Deliver(read.Buffer, out SequencePosition consumed))
                {
                    reason = "it does not speak the Redis protocol";
                    break;
                }

                _wire.Input.AdvanceTo(consumed, read.Buffer.End);
                if (read.IsCompleted)
                    break;
            }
        }
        catch (Exception)
        {
            reason = "the connection broke";
        }

        Close(reason);
        await _wire.Input.CompleteAsync();
    }

    /// <returns>False: no replies, or more than commands.</returns>
    private bool Deliver(ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        consumed = buffer.Start;
        while (buffer.Length >= _needed)
        {
            RespStatus status = RespParser.Parse(buffer, out RedisReply reply, out SequencePosition end, out long needed);
            _needed = status is RespStatus.NeedMore ? needed : 0;
            if (status is RespStatus.NeedMore)
                return true;
            if (status is RespStatus.Invalid || (reply.Kind is not RedisReplyKind.Push && !Deliver(reply)))
                return false;
            consumed = end;
            buffer = buffer.Slice(end);
        }

        return true;
    }
}
