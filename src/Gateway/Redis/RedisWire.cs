using System.Buffers;
using System.IO.Pipelines;

namespace Gateway.Redis;

/// <summary>An open connection: commands out, replies in, one of each at a time.</summary>
internal sealed class RedisWire(Stream stream) : IDisposable
{
    /// <summary>As much as a TLS record holds.</summary>
    internal const int BlockSize = 16 * 1024;

    internal Stream Stream { get; } = stream;

    internal PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BlockSize, leaveOpen: true));

    /// <exception cref="IOException">The connection broke.</exception>
    internal async Task SendAsync(RedisArgument[] command, CancellationToken cancellation)
    {
        ArrayBufferWriter<byte> output = new();
        RespWriter.Write(output, command);
        await Stream.WriteAsync(output.WrittenMemory, cancellation);
    }

    /// <exception cref="IOException">The connection broke, or no reply is what came.</exception>
    internal async Task<RedisReply> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult read = await Input.ReadAsync(cancellation);
            RespStatus status = RespParser.Parse(read.Buffer, out RedisReply reply, out SequencePosition end, out _);
            Input.AdvanceTo(end, status is RespStatus.NeedMore ? read.Buffer.End : end);
            if (status is RespStatus.Done)
                return reply;
            if (status is RespStatus.Invalid)
                throw new IOException("not the Redis protocol");
            if (read.IsCompleted)
                throw new EndOfStreamException("the server closed the connection");
        }
    }

    public void Dispose() => Stream.Dispose();
}
