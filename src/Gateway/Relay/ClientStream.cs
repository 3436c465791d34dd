using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Gateway.Failures;
using Gateway.Sockets;
using Gateway.Streaming.Keepalive;
using Microsoft.AspNetCore.Http;

namespace Gateway.Relay;

/// <summary>
/// The client's side of one event stream: its state, its writer and the silence since the last write. Only the request's own loop writes here,
/// always whole events, so nothing can land inside another event.
/// </summary>
internal sealed class ClientStream : IDisposable
{
    private readonly HttpContext _http;
    private readonly Endpoint _endpoint;
    private readonly Wake _wake;
    private readonly StreamTimer _timer;
    private readonly Func<KeepaliveFrame> _newKeepalive;
    private readonly long _keepaliveTicks;
    private readonly long _stallTicks;
    private long _lastWrite;
    private KeepaliveFrame? _keepalive;
    private StallWatch? _stall;
    private ChunkedWriter? _framed;

    internal ClientStream(HttpContext http, Endpoint endpoint, Wake wake, StreamTimer timer, StreamLimits limits, Func<KeepaliveFrame> newKeepalive)
    {
        _http = http;
        _endpoint = endpoint;
        _wake = wake;
        _timer = timer;
        _newKeepalive = newKeepalive;
        _keepaliveTicks = timer.Ticks(limits.KeepaliveInterval);
        _stallTicks = timer.Ticks(limits.ClientStall);
        _lastWrite = timer.Now;
    }

    /// <summary>Takes the failure itself where the one who reads is a part of this process; null: the client gets an error event.</summary>
    internal Action<Failure>? TakesFailure { get; init; }

    internal StreamState State { get; private set; } = StreamState.BeforeHeaders;

    internal PipeWriter Writer => _framed ?? _http.Response.BodyWriter;

    internal int Keepalives { get; private set; }

    internal long BytesWritten { get; private set; }

    /// <summary>Whether what is written next is the first its reader sees: not where others read, who may have had keepalives.</summary>
    internal bool IsAtStart => BytesWritten == 0 && TakesFailure is null;

    /// <summary>Time the client kept us waiting, in timer ticks.</summary>
    internal long BlockedTicks { get; private set; }

    /// <summary>When the next keepalive is due; <see cref="long.MaxValue"/> when they are off.</summary>
    internal long KeepaliveDue => StreamTimer.Add(_lastWrite, _keepaliveTicks);

    /// <summary>Sends status 200 and the headers that are set by now.</summary>
    internal ValueTask CommitAsync()
    {
        HttpResponse response = _http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType ??= "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        return StartAsync(response, HttpProtocol.IsHttp11(_http.Request.Protocol) ? _http.Features.Get<IDirectOutput>()?.Output : null);
    }

    /// <summary>Takes note of whole events that were advanced in the writer.</summary>
    internal void Wrote(int bytes, bool isContent)
    {
        BytesWritten += bytes;
        if (isContent)
            State = StreamState.ContentSent;
    }

    /// <summary>Writes a keepalive if the silence is long enough; commits first when nothing is committed.</summary>
    internal async ValueTask KeepAliveAsync()
    {
        if (_timer.Now < KeepaliveDue)
            return;
        if (State == StreamState.BeforeHeaders)
            await CommitAsync();
        _keepalive ??= _newKeepalive();
        Wrote(_keepalive.WriteTo(Writer), isContent: false);
        Keepalives++;
        await FlushAsync();
    }

    /// <summary>Closes a complete answer, with the <c>[DONE]</c> that the upstream left out where its endpoint wants one.</summary>
    internal ValueTask FinishAsync(bool addDone)
    {
        if (addDone)
        {
            ReadOnlySpan<byte> done = "data: [DONE]\n\n"u8;
            System.Buffers.BuffersExtensions.Write(Writer, done);
            Wrote(done.Length, isContent: false);
        }

        return EndAsync(StreamState.Finished);
    }

    /// <summary>Writes the one error event a committed stream ends with; never a <c>[DONE]</c>.</summary>
    internal ValueTask FailAsync(Failure failure)
    {
        if (TakesFailure is not null)
        {
            State = StreamState.Failed;
            TakesFailure(failure);
            return ValueTask.CompletedTask;
        }

        ErrorWriter.WriteEvent(Writer, _endpoint, failure);
        return EndAsync(StreamState.Failed);
    }

    /// <summary>A stream that did not come to its end does not look to the client as if it had.</summary>
    public void Dispose()
    {
        if (_framed is { HasEnded: false })
            _http.Abort();
    }

    /// <summary>
    /// Nothing came of the block that was asked for: a wake-up told of what had been read already, or an event is not whole yet. It goes back, so that a stream that
    /// waits holds no memory.
    /// </summary>
    internal void GiveBack()
    {
        if (_framed is not null)
            IsTaken(_framed.FlushAsync(CancellationToken.None));
    }

    /// <summary>Flushes; while the client does not take it, nothing is read from the upstream and the stall clock runs.</summary>
    internal ValueTask FlushAsync() => TryFlush(out ValueTask<FlushResult> flush) ? ValueTask.CompletedTask : AwaitClientAsync(flush);

    /// <summary>Flushes.</summary>
    /// <param name="flush">To be awaited by <see cref="AwaitClientAsync"/> where the client does not take it at once.</param>
    /// <returns>Whether it did.</returns>
    internal bool TryFlush(out ValueTask<FlushResult> flush)
    {
        flush = Writer.FlushAsync(CancellationToken.None);
        _lastWrite = _timer.Now;
        return IsTaken(flush);
    }

    /// <summary>Waits for a flush that the client holds up; one that takes no byte for the stall time is closed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask AwaitClientAsync(ValueTask<FlushResult> flush)
    {
        long start = _timer.Now;
        _stall ??= new(_http.Features);
        _stall.HasMoved();
        _wake.WatchFlush(flush);
        long stallDue = StreamTimer.Add(start, _stallTicks);
        while (true)
        {
            _timer.Arm(stallDue);
            WakeReason reason = await _wake.WaitAsync(WakeReason.Flushed | WakeReason.Tick);
            _timer.Took(reason);
            if (reason.HasFlag(WakeReason.Flushed))
                break;
            if (_timer.Now < stallDue)
                continue;
            if (!_stall.HasMoved())
                _http.Abort();
            stallDue = StreamTimer.Add(_timer.Now, _stallTicks);
        }

        _lastWrite = _timer.Now;
        BlockedTicks += _lastWrite - start;
    }

    /// <param name="response">With its headers.</param>
    /// <param name="output">Where the body is framed by us; null: the server frames it.</param>
    private async ValueTask StartAsync(HttpResponse response, PipeWriter? output)
    {
        if (output is not null)
            response.Headers.TransferEncoding = "chunked";
        try
        {
            await response.StartAsync(CancellationToken.None);
        }
        catch when (output is not null)
        {
            // Whatever is answered instead is framed by the server; if it can be.
            if (response.HasStarted)
                _http.Abort();
            else
                response.Headers.TransferEncoding = default;
            throw;
        }

        State = StreamState.Committed;
        _framed = output is null ? null : new(output);
    }

    private ValueTask EndAsync(StreamState state)
    {
        State = state;
        _framed?.End();
        return FlushAsync();
    }

    private static bool IsTaken(ValueTask<FlushResult> flush)
    {
        if (!flush.IsCompletedSuccessfully)
            return false;
        _ = flush.GetAwaiter().GetResult();
        return true;
    }
}
