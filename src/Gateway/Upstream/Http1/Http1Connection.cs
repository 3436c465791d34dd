using System.Runtime.CompilerServices;
using Gateway.Streaming;
using Gateway.Streaming.Sources;

namespace Gateway.Upstream.Http1;

/// <summary>
/// One HTTP/1.1 connection, one request at a time: writes the request, parses the head, then is the body.
/// Everything it needs per request is its own and reused. Its pool and <see cref="Http1Exchange"/> say who may touch it when.
/// </summary>
internal sealed class Http1Connection(IUpstreamTransport transport, long createdAt) : IByteSource, IDisposable
{
    private BodyDecoder _body = new(BodyFraming.None, 0);
    private int _interim;
    private bool _keepAlive;
    private bool _surplus;
    private bool _sent;
    private bool _headOnly;
    private StreamedBody? _streamed;

    /// <summary>Timestamp of the pool's clock.</summary>
    internal long CreatedAt { get; } = createdAt;

    internal long IdleSince { get; private set; }

    internal Http1Response Response { get; } = new();

    /// <summary>Nothing of a response had arrived: on a reused connection the peer may have closed it before it saw the request.</summary>
    internal bool IsUnanswered => !Response.ReceivedAnything && _interim == 0;

    /// <summary>Everything was sent and the body ended as its framing says.</summary>
    internal bool IsFinished => _sent && _streamed?.WasSent != false && _body.State is ReadStatus.End;

    /// <summary>The next exchange may start here.</summary>
    internal bool IsReusable => IsFinished && _keepAlive && !_surplus && Response.BufferedBody == 0;

    /// <summary>Of an idle connection; what arrived in this instant may be missed, and ends as a reused connection that dies does.</summary>
    internal bool HasStirred => transport.HasStirred;

    internal bool IsQuiet() => transport.IsQuiet();

    internal void Abort() => transport.Abort();

    public void Dispose()
    {
        transport.Dispose();
        Response.Reset();
    }

    /// <summary>Gives back what only an exchange needs.</summary>
    internal void Park(long now)
    {
        Response.Reset();
        IdleSince = now;
    }

    /// <summary>The final response's head is in.</summary>
    internal bool HasHead { get; private set; }

    /// <summary>
    /// Step 1: the request out; with a long body the response's head is in as well. Step 2, <see cref="WaitForHeadAsync"/> and <see cref="ReceiveHead"/> by turns,
    /// is the caller's loop: every request waits there, and with a method around it there would be two state machines to come back through.
    /// </summary>
    /// <exception cref="UpstreamTransportException">Neither <see cref="TransportFailure.PoolExhausted"/> nor a connect failure.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask SendAsync(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body)
    {
        Begin();
        _headOnly = head.Span.StartsWith("HEAD "u8);
        int first = Math.Min(body.Length, Math.Max(0, Http1Limits.FirstSendBytes - head.Length));
        _sent = await SendFirstAsync(head, body[..first]);
        if (_sent && first < body.Length)
        {
            await ReadHeadDuringUploadAsync(body[first..]);
            StartBody();
        }
    }

    /// <summary>Completes when there is more of the head, or the connection's end.</summary>
    internal ValueTask WaitForHeadAsync() => transport.WaitAsync();

    /// <summary>Takes what has come of the head, without waiting.</summary>
    /// <exception cref="UpstreamTransportException">As above.</exception>
    internal void ReceiveHead()
    {
        HeadStatus status = ParseHead();
        if (status is HeadStatus.NeedMore)
        {
            return;
        }
        Demand(status);
        StartBody();
    }

    /// <summary>The same for a body that is still arriving: it goes on while the response is read; a refusal ends it.</summary>
    /// <exception cref="UpstreamTransportException">As above.</exception>
    internal async ValueTask RoundTripStreamedAsync(ReadOnlyMemory<byte> head, StreamedBody body)
    {
        Begin();
        _headOnly = false;
        _streamed = body;
        _sent = await SendFirstAsync(head, default);
        if (_sent)
            body.Start(transport);
        try
        {
            await ReadHeadAsync();
        }
        catch
        {
            body.Stop();
            throw;
        }

        if (Response.StatusCode >= 300)
            body.Stop();
        StartBody();
    }

    public ValueTask WaitAsync()
        => Response.BufferedBody > 0 || _body.State is not ReadStatus.Blocked ? ValueTask.CompletedTask : transport.WaitAsync();

    public bool IsDrained => _body.State is ReadStatus.Blocked && Response.BufferedBody == 0 && transport.IsDrained;

    public ReadStatus Read(Span<byte> destination, out int bytes)
    {
        bytes = 0;
        while (_body.State is ReadStatus.Blocked)
        {
            Span<byte> window = _body.Window(destination);
            ReadStatus status = Fill(window, out int raw);
            if (status is ReadStatus.Blocked)
            {
                return status;
            }
            if (status is not ReadStatus.Data)
            {
                EndBody(status);
                continue;
            }
            bytes = _body.Decode(window[..raw], out int surplus);
            _surplus |= surplus > 0;
            if (bytes > 0)
            {
                return ReadStatus.Data;
            }
        }
        return _body.State;
    }

    private void Begin()
    {
        Response.Reset();
        _interim = 0;
        HasHead = _keepAlive = _surplus = _sent = false;
        _streamed = null;
        // Unfinished until its head says otherwise.
        _body = new BodyDecoder(BodyFraming.UntilClose, 0);
    }

    private ReadStatus Fill(Span<byte> window, out int raw)
    {
        if (Response.BufferedBody == 0)
        {
            return transport.Read(window, out raw);
        }
        raw = Response.TakeBody(window);
        return ReadStatus.Data;
    }

    private void EndBody(ReadStatus status)
    {
        if (status is ReadStatus.End)
        {
            _body.PeerClosed();
        }
        else
        {
            _body.PeerBroke();
        }
    }

    /// <summary>One system call for a head with a small body: two would be two segments and two wake-ups of the peer.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SendFirstAsync(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body)
    {
        byte[]? joined = null;
        try
        {
            ReadOnlyMemory<byte> data = head;
            if (!body.IsEmpty)
            {
                joined = RentedBuffers.Pool.Rent(head.Length + body.Length);
                head.CopyTo(joined);
                body.CopyTo(joined.AsMemory(head.Length));
                data = joined.AsMemory(0, head.Length + body.Length);
            }
            await transport.SendAsync(data, CancellationToken.None);
            return true;
        }
        catch (Exception)
        {
            // Not the last word: a response that explains the closed connection may have arrived (413), so the head is read first.
            return false;
        }
        finally
        {
            if (joined is not null)
            {
                // Heads hold credentials.
                joined.AsSpan(0, head.Length).Clear();
                RentedBuffers.Pool.Return(joined);
            }
        }
    }

    private async ValueTask ReadHeadDuringUploadAsync(ReadOnlyMemory<byte> rest)
    {
        using var upload = new Upload(transport, rest);
        bool refused = true;
        try
        {
            await ReadHeadAsync();
            refused = Response.StatusCode >= 400;
        }
        finally
        {
            _sent = await upload.SettleAsync(refused);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadHeadAsync()
    {
        HeadStatus status = HeadStatus.NeedMore;
        while (status is HeadStatus.NeedMore)
        {
            await transport.WaitAsync();
            status = ParseHead();
        }
        Demand(status);
    }

    private static void Demand(HeadStatus status)
    {
        if (status is HeadStatus.Done)
        {
            return;
        }
        throw status is HeadStatus.TooLarge
            ? new UpstreamTransportException(TransportFailure.HeadTooLarge, "The upstream's response head is too large.")
            : new UpstreamTransportException(TransportFailure.InvalidResponse, "The upstream's response is not valid HTTP/1.1.");
    }

    private HeadStatus ParseHead()
    {
        switch (transport.Read(Response.FreeSpace(), out int bytes))
        {
            case ReadStatus.Blocked:
                Response.GiveBackUnused();
                return HeadStatus.NeedMore;
            case ReadStatus.End:
                throw Lost(TransportFailure.ClosedBeforeResponse, "The upstream closed the connection before its response head was complete.");
            case ReadStatus.Broken:
                throw Lost(TransportFailure.Reset, "The connection to the upstream broke before its response head was complete.");
        }
        HeadStatus status = Response.Advance(bytes);
        while (status is HeadStatus.Done && Response.StatusCode < 200)
        {
            // 101 would hand the connection to a protocol that was not asked for.
            if (Response.StatusCode == 101 || ++_interim > Http1Limits.InterimResponses)
            {
                return HeadStatus.Invalid;
            }
            status = Response.NextHead();
        }
        return status;
    }

    private UpstreamTransportException Lost(TransportFailure kind, string message)
        => _sent ? new(kind, message) : new(TransportFailure.SendFailed, "The request could not be sent to the upstream.");

    private void StartBody()
    {
        HasHead = true;
        bool empty = _headOnly || Response.StatusCode is 204 or 304;
        BodyFraming framing = empty ? BodyFraming.None : Response.Framing;
        _body = new BodyDecoder(framing, Response.ContentLength ?? 0);
        // A 204 that announces a body may send it: then nobody knows where the next response starts.
        bool ambiguous = Response.StatusCode == 204 && (Response.IsChunked || Response.ContentLength > 0);
        _keepAlive = Response.KeepAlive && framing is not BodyFraming.UntilClose && !ambiguous;
    }
}
