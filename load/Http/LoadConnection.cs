using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gateway.Load.Measures;

namespace Gateway.Load.Http;

/// <summary>
/// One HTTP/1.1 connection: one exchange at a time, decoded in its own buffer. Cheap on purpose, and forgiving where the measured side is not at fault; the
/// gateway's own upstream connection is the strict one. Every read is bounded; <see cref="Abort"/> from any thread ends a read that waits.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private const int FirstBuffer = 4 * 1024;
    private const int MaxHead = 64 * 1024;

    /// <summary>Longest event or unary body.</summary>
    private const int MaxBody = 64 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly SslStream? _tls;
    private byte[] _buffer = new byte[FirstBuffer];

    // Body not yet consumed, and behind it bytes off the wire that are not decoded.
    private int _start;
    private int _end;
    private int _rawEnd;
    private ChunkedBody _chunked;
    private long _remaining;
    private ResponseHead _head;

    private LoadConnection(Socket socket, SslStream? tls) => (_socket, _tls) = (socket, tls);

    /// <summary>Decoded bytes that were not consumed.</summary>
    public ReadOnlySpan<byte> Body => _buffer.AsSpan(_start, _end - _start);

    public bool BodyIsComplete { get; private set; }

    /// <summary>Whether the last exchange left the connection fit for another.</summary>
    public bool IsReusable { get; private set; } = true;

    public static async Task<LoadConnection> OpenAsync(LoadEndpoint endpoint, CancellationToken cancellationToken)
    {
        Socket socket = new(endpoint.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Address, cancellationToken);
            if (!endpoint.IsTls)
                return new LoadConnection(socket, null);
            SslStream tls = new(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsClientAsync(endpoint.TlsOptions(), cancellationToken);
            return new LoadConnection(socket, tls);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            throw exception is OperationCanceledException ? exception : new HttpFailure(ErrorKinds.Connect, $"{endpoint.Address}: {exception.Message}");
        }
    }

    /// <summary>Sends a whole request, head and body, and forgets what was left of the last answer.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(ReadOnlyMemory<byte> request)
    {
        (_start, _end, _rawEnd, BodyIsComplete, IsReusable) = (0, 0, 0, false, false);
        if (_tls is not null)
        {
            await _tls.WriteAsync(request);
            return;
        }

        while (!request.IsEmpty)
            request = request[await _socket.SendAsync(request, SocketFlags.None)..];
    }

    /// <summary>Reads up to the end of the head; interim responses (1xx) are passed over.</summary>
    /// <exception cref="HttpFailure">Not HTTP, too long, or closed before its end.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ResponseHead> ReadHeadAsync()
    {
        int searched = 0;
        while (true)
        {
            int length = _buffer.AsSpan(searched, _rawEnd - searched).IndexOf("\r\n\r\n"u8);
            if (length >= 0)
            {
                length += searched;
                if (!ResponseHead.TryParse(_buffer.AsSpan(0, length), out _head))
                    throw new HttpFailure(ErrorKinds.Protocol, "The answer is no HTTP/1.1 response.");
                searched = 0;
                int body = length + 4;
                if (_head.Status is >= 100 and < 200)
                {
                    _buffer.AsSpan(body, _rawEnd - body).CopyTo(_buffer);
                    _rawEnd -= body;
                    continue;
                }

                _start = _end = body;
                StartBody();
                return _head;
            }

            searched = Math.Max(0, _rawEnd - 3);
            if (_rawEnd >= MaxHead)
                throw new HttpFailure(ErrorKinds.Protocol, $"The response head is longer than {MaxHead} bytes.");
            if (!await FillAsync())
                throw new HttpFailure(_rawEnd == 0 ? ErrorKinds.Reset : ErrorKinds.Cut, "The connection closed before the response head was whole.");
        }
    }

    /// <summary>Waits for more body behind <see cref="Body"/>; at the body's end sets <see cref="BodyIsComplete"/>.</summary>
    /// <exception cref="HttpFailure">Broken framing, or closed inside the body.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ReadBodyAsync()
    {
        if (await FillAsync())
        {
            Decode();
        }
        else if (_head.EndsWithConnection)
        {
            BodyIsComplete = true;
        }
        else
        {
            throw new HttpFailure(ErrorKinds.Cut, "The connection closed inside the answer.");
        }
    }

    public void Consume(int count) => _start += count;

    /// <summary>Ends whatever waits on this connection; it cannot be used again.</summary>
    public void Abort()
    {
        IsReusable = false;
        _socket.Dispose();
    }

    public void Dispose()
    {
        // SslStream would first try to say goodbye.
        _socket.Dispose();
        _tls?.Dispose();
    }

    private void StartBody()
    {
        (_chunked, _remaining) = (default, _head.IsChunked ? 0 : _head.Length);
        Decode();
    }

    /// <summary>Decodes the bytes behind <see cref="_end"/>; they become body in place.</summary>
    private void Decode()
    {
        Span<byte> raw = _buffer.AsSpan(_end, _rawEnd - _end);
        int written = raw.Length;
        bool hasMore = false;
        if (_head.IsChunked)
        {
            if (!_chunked.TryDecode(raw, out written))
                throw new HttpFailure(ErrorKinds.Protocol, "The chunked body is malformed.");
            (BodyIsComplete, hasMore) = (_chunked.IsComplete, _chunked.HasMore);
        }
        else if (!_head.EndsWithConnection)
        {
            written = (int)Math.Min(_remaining, raw.Length);
            _remaining -= written;
            (BodyIsComplete, hasMore) = (_remaining == 0, written < raw.Length);
        }

        // Bytes behind the body belong to no request of ours: the next answer would begin with them.
        IsReusable = BodyIsComplete && _head.KeepsAlive && !hasMore;
        _rawEnd = _end += written;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync()
    {
        MakeRoom();
        Memory<byte> room = _buffer.AsMemory(_rawEnd);
        int read = _tls is null ? await _socket.ReceiveAsync(room, SocketFlags.None) : await _tls.ReadAsync(room);
        _rawEnd += read;
        return read > 0;
    }

    private void MakeRoom()
    {
        if (_start > 0 && _start == _rawEnd)
        {
            (_start, _end, _rawEnd) = (0, 0, 0);
        }
        else if (_buffer.Length - _rawEnd < _buffer.Length / 4)
        {
            // What is left moves to the front; a block that fills the buffer gets a larger one.
            byte[] target = _rawEnd - _start > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
            if (target.Length > MaxBody)
                throw new HttpFailure(ErrorKinds.Protocol, $"An event or body is longer than {MaxBody} bytes.");
            _buffer.AsSpan(_start, _rawEnd - _start).CopyTo(target);
            _buffer = target;
            (_start, _end, _rawEnd) = (0, _end - _start, _rawEnd - _start);
        }
    }
}
