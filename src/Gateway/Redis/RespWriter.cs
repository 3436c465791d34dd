using System.Buffers;
using System.Buffers.Text;

namespace Gateway.Redis;

/// <summary>Commands as the server reads them: an array of bulk strings.</summary>
internal static class RespWriter
{
    private const int LongestHead = 24;

    internal static void Write(IBufferWriter<byte> output, ReadOnlySpan<RedisArgument> command)
    {
        WriteHead(output, (byte)'*', command.Length);
        WriteItems(output, command);
    }

    internal static void WriteItems(IBufferWriter<byte> output, ReadOnlySpan<RedisArgument> arguments)
    {
        foreach (ref readonly RedisArgument argument in arguments)
            argument.WriteTo(output);
    }

    internal static void WriteHead(IBufferWriter<byte> output, byte type, int length)
    {
        Span<byte> head = output.GetSpan(LongestHead);
        head[0] = type;
        Utf8Formatter.TryFormat(length, head[1..], out int digits);
        head[digits + 1] = (byte)'\r';
        head[digits + 2] = (byte)'\n';
        output.Advance(digits + 3);
    }
}
