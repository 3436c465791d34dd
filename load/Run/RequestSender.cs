using System.Collections.Concurrent;
using System.Net.Sockets;
using Gateway.Load.Answers;
using Gateway.Load.Http;
using Gateway.Load.Measures;
using Gateway.Load.Requests;
using Gateway.Streaming.Sse;

namespace Gateway.Load.Run;

/// <summary>Sends one request and follows its answer to the end.</summary>
internal sealed class RequestSender(Target target, RunOptions options, Recorder recorder, InFlight inFlight, LoadClock clock, CancellationToken abandoned)
{
    private readonly long _timeout = LoadClock.Of(options.Timeout);
    private readonly long _stall = LoadClock.Of(options.StallThreshold);
    private readonly long _pace = LoadClock.Of(options.Pace);
    private readonly long _cancelAfter = LoadClock.Of(options.Requests.CancelAfter);
    private readonly ConcurrentDictionary<string, string> _examples = new(StringComparer.Ordinal);

    /// <summary>What the first failure of each kind said, for the report.</summary>
    public IReadOnlyDictionary<string, string> Examples => _examples;

    /// <param name="request">What to send.</param>
    /// <param name="intended">When it was to be sent.</param>
    /// <param name="measured">False in the warm-up.</param>
    /// <returns>Whether it failed, and the answer when it is whole, for a conversation to go on.</returns>
    public async Task<(bool Failed, AnswerReader? Answer)> SendAsync(PreparedRequest request, long intended, bool measured)
    {
        long now = clock.Now;

        // The pacer's timer may be up to a millisecond early: then it counts from the send, never from the future.
        Exchange exchange = new() { Intended = Math.Min(intended, now), Started = now, Measured = measured, Model = request.Model };
        if (measured && options.IsOpenLoop)
            recorder.AddLateness(exchange.Started - intended);
        AnswerReader answer = new(request.Content is not null || options.Requests.HasSessions);
        bool leaves = target.Requests.DrawCancel();
        Interlocked.Increment(ref recorder.InFlight);
        try
        {
            await ExchangeAsync(exchange, request, answer, leaves);
        }
        catch (HttpFailure failure)
        {
            exchange.Error = failure.Kind;
            _examples.TryAdd(failure.Kind, OneLine(failure.Message));
        }

        exchange.End = clock.Now;
        (exchange.Usage, exchange.HasUsage) = (answer.Usage, answer.HasUsage);
        if (request.Content is { } expected && (exchange.First > 0 || exchange.Error is null))
            recorder.AddContent(Compare(answer, request, expected, exchange), measured);
        recorder.Complete(exchange);
        Interlocked.Decrement(ref recorder.InFlight);
        return (exchange.Error is not null, exchange.Error is null && !exchange.Cancelled ? answer : null);
    }

    private static ContentDifference Compare(AnswerReader answer, PreparedRequest request, string expected, Exchange exchange)
    {
        bool whole = exchange is { Error: null, Cancelled: false };
        return ContentCheck.Compare(answer.Content!, expected, whole).Plus(ContentCheck.Compare(answer.Reasoning!, request.Reasoning ?? "", whole));
    }

    private async Task ExchangeAsync(Exchange exchange, PreparedRequest request, AnswerReader answer, bool leaves)
    {
        LoadConnection? kept = target.Connections.TryTake();
        if (kept is not null && await TryOnAsync(kept, isKept: true, exchange, request, answer, leaves))
            return;
        await TryOnAsync(await OpenAsync(), isKept: false, exchange, request, answer, leaves);
    }

    /// <summary>A new connection; a target that takes none, or no TLS handshake, has the time of a request.</summary>
    private async Task<LoadConnection> OpenAsync()
    {
        using CancellationTokenSource late = new(options.Timeout, clock.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, abandoned);
        try
        {
            return await target.Connections.OpenAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            throw abandoned.IsCancellationRequested
                ? new HttpFailure(ErrorKinds.Unfinished, "The run ended before a connection was open.")
                : new HttpFailure(ErrorKinds.Timeout, "No connection was open in the time of a request.");
        }
    }

    /// <returns>False: a kept connection turned out to be closed before a byte of the answer came; a new one may be tried, as every HTTP client does.</returns>
    private async Task<bool> TryOnAsync(LoadConnection connection, bool isKept, Exchange exchange, PreparedRequest request, AnswerReader answer, bool leaves)
    {
        exchange.Sent = clock.Now;
        Watched watched = new(connection, exchange.Sent + _timeout, leaves && _cancelAfter > 0 ? exchange.Sent + _cancelAfter : long.MaxValue);
        inFlight.Enter(watched);
        try
        {
            await connection.SendAsync(request.Bytes);
            ResponseHead head = await connection.ReadHeadAsync();
            exchange.FirstByte = clock.Now;
            exchange.Status = head.Status;
            if (head.Status != 200)
                await ReadRefusalAsync(connection, head.Status);
            else if (head.IsEventStream)
                await ReadStreamAsync(connection, exchange, answer, leaves && _cancelAfter == 0);
            else if (request.Stream)
                throw new HttpFailure(ErrorKinds.Protocol, "The answer to a streaming request is no event stream.");
            else
                await ReadUnaryAsync(connection, exchange, answer);
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException or HttpFailure)
        {
            if (watched.Ended == EndReason.Cancelled)
                exchange.Cancelled = true;
            else if (watched.Ended != EndReason.None)
                throw new HttpFailure(watched.Ended == EndReason.Timeout ? ErrorKinds.Timeout : ErrorKinds.Unfinished, "The request took too long.");
            else if (isKept && exchange.FirstByte == 0 && exception is not HttpFailure { Kind: ErrorKinds.Protocol or ErrorKinds.Cut })
                return false;
            else if (exception is HttpFailure)
                throw;
            else
                throw new HttpFailure(ErrorKinds.Reset, exception.Message);
        }
        finally
        {
            inFlight.Leave(watched);

            // The heartbeat may have chosen it while its answer ended: what it is about to close must not go to another request.
            if (watched.Ended != EndReason.None)
                connection.Abort();
            target.Connections.Return(connection);
        }

        return true;
    }

    /// <summary>A message may hold what an upstream wrote: line breaks would break the report, other control characters the terminal.</summary>
    private static string OneLine(string message) => string.Concat(message.Select(static letter => char.IsControl(letter) ? ' ' : letter));

    private static async Task ReadRefusalAsync(LoadConnection connection, int status)
    {
        while (!connection.BodyIsComplete)
            await connection.ReadBodyAsync();
        string text = System.Text.Encoding.UTF8.GetString(connection.Body[..Math.Min(300, connection.Body.Length)]);
        throw new HttpFailure(ErrorKinds.OfStatus(status), $"{status}: {text}");
    }

    private async Task ReadUnaryAsync(LoadConnection connection, Exchange exchange, AnswerReader answer)
    {
        while (!connection.BodyIsComplete)
            await connection.ReadBodyAsync();
        if (!answer.TryRead(connection.Body, out bool hasContent))
            throw new HttpFailure(ErrorKinds.Protocol, "The answer is no JSON object.");
        exchange.Chunks = hasContent ? 1 : 0;
        if (hasContent)
            recorder.AddChunk(clock.Now);
        if (answer.HasError)
            throw new HttpFailure(ErrorKinds.Stream, "The answer is 200 with an error.");
        if (!hasContent && !answer.IsFinished)
            throw new HttpFailure(ErrorKinds.Incomplete, "The answer has neither content nor a finish reason.");
    }

    private async Task ReadStreamAsync(LoadConnection connection, Exchange exchange, AnswerReader answer, bool leavesAtFirst)
    {
        SseFramer framer = new(new SseLimits(int.MaxValue, int.MaxValue));
        while (true)
        {
            ReadEvents(connection, ref framer, exchange, answer);
            if (leavesAtFirst && exchange.First > 0)
            {
                exchange.Cancelled = true;
                connection.Abort();
                return;
            }

            if (connection.BodyIsComplete)
                break;
            await connection.ReadBodyAsync();
        }

        if (answer.HasError)
            throw new HttpFailure(ErrorKinds.Stream, "The stream ended with an error event.");
        if (!answer.IsDone || !answer.IsFinished)
            throw new HttpFailure(ErrorKinds.Incomplete, answer.IsDone ? "The stream has no finish reason." : "The stream ended without [DONE].");
    }

    /// <summary>Takes every whole event that is there; those that came together share their time, as a client's reader would see them.</summary>
    private void ReadEvents(LoadConnection connection, ref SseFramer framer, Exchange exchange, AnswerReader answer)
    {
        long now = clock.Now;
        while (framer.TryRead(connection.Body, out SseFrame frame) == FrameStatus.Done)
        {
            if (frame.Name.SequenceEqual("error"u8))
                throw new HttpFailure(ErrorKinds.Stream, "The stream has an error event.");
            if (frame.DataLines > 0)
                ReadEvent(frame.Data, now, exchange, answer);
            connection.Consume(frame.Raw.Length);
        }
    }

    private void ReadEvent(ReadOnlySpan<byte> data, long now, Exchange exchange, AnswerReader answer)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            answer.IsDone = true;
            return;
        }

        if (!answer.TryRead(data, out bool hasContent))
            throw new HttpFailure(ErrorKinds.Protocol, "An event's data is no JSON object.");
        if (!hasContent)
            return;
        recorder.AddChunk(now);
        if (_pace > 0)
            recorder.AddDelay(exchange.Behind(now, _pace), exchange.Measured);
        exchange.Chunks++;
        if (exchange.First == 0)
        {
            exchange.First = now;
        }
        else
        {
            long gap = now - exchange.Last;
            exchange.Stalls += gap > _stall ? 1 : 0;
            exchange.Second = exchange.Second == 0 ? now : exchange.Second;
            recorder.AddGap(gap, exchange.Measured);
        }

        exchange.Last = now;
    }
}
