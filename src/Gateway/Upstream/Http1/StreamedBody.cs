using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Gateway.Failures;
using Gateway.Streaming;

namespace Gateway.Upstream.Http1;

/// <summary>
/// A request body on its way from a client's pipe to one upstream, in one pooled buffer: what was read ahead first, then what comes, while the response is
/// already awaited. Sent once: what has left cannot be sent to somebody else. Its owner disposes it before the pipe goes away.
/// </summary>
/// <param name="reader">What the client sends behind <paramref name="ahead"/>.</param>
/// <param name="ahead">What was read already; valid until this is disposed.</param>
/// <param name="isWhole">Whether that is all of it.</param>
/// <param name="length">The client's Content-Length; null: chunked, on both sides.</param>
/// <param name="judge">Sees every byte behind <paramref name="ahead"/>, and all that goes wrong with reading them; a failure ends the request.</param>
internal sealed class StreamedBody(PipeReader reader, ReadOnlyMemory<byte> ahead, bool isWhole, long? length, IBodyJudge judge) : IAsyncDisposable
{
    /// <summary>One send; a chunk of a chunked body is as large.</summary>
    internal const int BufferBytes = 16 << 10;

    // Four hexadecimal digits and CR LF before a chunk's bytes, CR LF behind them.
    private const int ChunkHead = 6;
    private const int ChunkTail = 2;
    private const int BlockBytes = BufferBytes - ChunkHead - ChunkTail;

    private readonly CancellationTokenSource _stop = new();
    private Task _sending = Task.CompletedTask;
    private Failure? _failure;
    private bool _wasSent;

    /// <summary>What is wrong on the client's side; null when nothing is.</summary>
    internal Failure? ClientFailure => Volatile.Read(ref _failure);

    /// <summary>The upstream has all of it.</summary>
    internal bool WasSent => Volatile.Read(ref _wasSent);

    /// <summary>Bytes taken from the client so far.</summary>
    internal long Taken { get; private set; } = ahead.Length;

    /// <summary>Where in the body another text goes, once it is known to whom; null: it goes as it came.</summary>
    internal BodySplice? Splice { get; set; }

    /// <summary>What the head has to say; null: <c>Transfer-Encoding: chunked</c>.</summary>
    internal long? Length => length + (Splice?.Growth ?? 0);

    /// <summary>The head has been sent: the body follows, until its end or <see cref="Stop"/>. Never throws.</summary>
    internal void Start(IUpstreamTransport transport) => _sending = SendAsync(transport);

    /// <summary>The upstream wants no more. Thread-safe; does not wait.</summary>
    internal void Stop()
    {
        if (_sending.IsCompleted)
            return;
        _stop.Cancel();
        reader.CancelPendingRead();
    }

    /// <summary>An answer has begun: false when the client must not have it, and <see cref="ClientFailure"/> says why.</summary>
    internal bool MayBeAnswered()
    {
        if (judge.JudgeAnswer() is { } failure)
            Interlocked.CompareExchange(ref _failure, failure, null);
        return ClientFailure is null;
    }

    /// <summary>Ends the sending; from then on neither the pipe nor the connection is touched.</summary>
    public async ValueTask DisposeAsync()
    {
        Stop();
        await _sending;
        _stop.Dispose();
    }

    private async Task SendAsync(IUpstreamTransport transport)
    {
        byte[] buffer = RentedBuffers.Pool.Rent(BufferBytes);
        try
        {
            await SendAheadAsync(transport, buffer);
            bool isDone = isWhole;
            while (!isDone)
            {
                (int bytes, isDone, bool isBroken) = await TakeAsync(transport, buffer.AsMemory(ChunkHead, BlockBytes));
                if (isBroken)
                    return;
                await SendBlockAsync(transport, buffer, bytes);
            }

            if (Length is null)
                await transport.SendAsync("0\r\n\r\n"u8.ToArray(), _stop.Token);
            Volatile.Write(ref _wasSent, true);
        }
        catch (Exception)
        {
            // The connection is gone, or nobody wants the rest: who reads the response learns which.
        }
        finally
        {
            RentedBuffers.Pool.Return(buffer);
        }
    }

    private async ValueTask SendAheadAsync(IUpstreamTransport transport, byte[] buffer)
    {
        if (Splice is not { } splice)
        {
            await SendBlocksAsync(transport, buffer, ahead);
            return;
        }

        await SendBlocksAsync(transport, buffer, ahead[..splice.Start]);
        await SendBlocksAsync(transport, buffer, splice.Text);
        await SendBlocksAsync(transport, buffer, ahead[(splice.Start + splice.Length)..]);
    }

    private async ValueTask SendBlocksAsync(IUpstreamTransport transport, byte[] buffer, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int block = Math.Min(bytes.Length, BlockBytes);
            bytes[..block].CopyTo(buffer.AsMemory(ChunkHead));
            bytes = bytes[block..];
            await SendBlockAsync(transport, buffer, block);
        }
    }

    /// <summary>Sends what lies in the buffer's middle, in a chunk's framing where the body is chunked.</summary>
    private ValueTask SendBlockAsync(IUpstreamTransport transport, byte[] buffer, int bytes)
    {
        if (bytes == 0)
            return ValueTask.CompletedTask;
        if (length is not null)
            return transport.SendAsync(buffer.AsMemory(ChunkHead, bytes), _stop.Token);
        bytes.TryFormat(buffer, out _, "X4", CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(buffer.AsSpan(ChunkHead - 2));
        "\r\n"u8.CopyTo(buffer.AsSpan(ChunkHead + bytes));
        return transport.SendAsync(buffer.AsMemory(0, ChunkHead + bytes + ChunkTail), _stop.Token);
    }

    /// <summary>Takes what is there, at most a block. Broken: the client's side failed, and the upstream's connection is closed; or nobody wants the rest.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(int Bytes, bool IsDone, bool IsBroken)> TakeAsync(IUpstreamTransport transport, Memory<byte> block)
    {
        ReadResult result;
        try
        {
            result = await reader.ReadAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            Break(transport, judge.Explain(exception));
            return (0, true, true);
        }

        ReadOnlySequence<byte> taken = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, block.Length));
        taken.CopyTo(block.Span);
        int bytes = (int)taken.Length;
        bool isDone = result.IsCompleted && bytes == result.Buffer.Length;
        reader.AdvanceTo(taken.End);
        Taken += bytes;
        if (judge.Judge(block.Span[..bytes], Taken) is { } failure)
        {
            Break(transport, failure);
            return (0, true, true);
        }

        return (bytes, isDone, _stop.IsCancellationRequested);
    }

    private void Break(IUpstreamTransport transport, Failure failure)
    {
        Volatile.Write(ref _failure, failure);
        transport.Abort();
    }
}
