using System.Buffers;
using System.Globalization;

namespace Gateway.Redis;

/// <summary>
/// Replies of RESP2 and RESP3 (redis.io, "Redis serialization protocol specification"). A first pass measures and checks without allocating,
/// a second one builds: what is not whole costs no memory, and a length that is a lie none either. Never throws on input.
/// </summary>
internal static class RespParser
{
    /// <param name="input">Begins with a reply; what follows it is left alone.</param>
    /// <param name="reply">Set when done.</param>
    /// <param name="end">Behind the reply when done.</param>
    /// <param name="needed">When more is needed: as many bytes as the input must have at least before another look is of use.</param>
    internal static RespStatus Parse(in ReadOnlySequence<byte> input, out RedisReply reply, out SequencePosition end, out long needed)
    {
        reply = default;
        end = input.Start;
        RespMeasure measure = new(input);
        RespStatus status = measure.Measure();
        needed = Math.Max(measure.Needed, input.Length + 1);
        if (status is not RespStatus.Done)
            return status;

        SequenceReader<byte> reader = new(input.Slice(0, measure.Consumed));
        reply = Build(ref reader);
        end = input.GetPosition(measure.Consumed);
        return RespStatus.Done;
    }

    private static RedisReply Build(ref SequenceReader<byte> reader)
    {
        while (true)
        {
            reader.TryRead(out byte type);
            reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8);
            switch ((char)type)
            {
                case '+' or ',' or '(':
                    return RedisReply.OfText(line.ToArray());
                case '-':
                    return RedisReply.OfError(line.ToArray());
                case ':':
                    return RedisReply.OfInteger(NumberIn(line));
                case '#':
                    return RedisReply.OfInteger(line.FirstSpan[0] == (byte)'t' ? 1 : 0);
                case '_':
                    return default;
                case '$' or '=' or '!':
                    return BuildBulk(ref reader, type, NumberIn(line));
                case '|':
                    BuildItems(ref reader, NumberIn(line) * 2);
                    continue;
                default:
                    return BuildArray(ref reader, type, NumberIn(line));
            }
        }
    }

    private static RedisReply BuildBulk(ref SequenceReader<byte> reader, byte type, long length)
    {
        if (length < 0)
            return default;
        reader.TryReadExact((int)length, out ReadOnlySequence<byte> bytes);
        reader.Advance(2);
        return type switch
        {
            (byte)'!' => RedisReply.OfError(bytes.ToArray()),
            (byte)'=' => RedisReply.OfText(bytes.Slice(RespMeasure.VerbatimPrefix).ToArray()),
            _ => RedisReply.OfText(bytes.ToArray()),
        };
    }

    private static RedisReply BuildArray(ref SequenceReader<byte> reader, byte type, long count)
    {
        if (count < 0)
            return default;
        RedisReply[] items = BuildItems(ref reader, type == (byte)'%' ? count * 2 : count);
        return RedisReply.OfItems(type == (byte)'>' ? RedisReplyKind.Push : RedisReplyKind.Array, items);
    }

    private static RedisReply[] BuildItems(ref SequenceReader<byte> reader, long count)
    {
        var items = new RedisReply[count];
        for (int i = 0; i < items.Length; i++)
            items[i] = Build(ref reader);
        return items;
    }

    private static long NumberIn(in ReadOnlySequence<byte> line)
    {
        RespMeasure.TryNumber(line, NumberStyles.AllowLeadingSign, out long number);
        return number;
    }
}
