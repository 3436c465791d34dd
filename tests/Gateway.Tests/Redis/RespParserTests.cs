using System.Buffers;
using System.Text;
using Gateway.Redis;

namespace Gateway.Tests.Redis;

public sealed class RespParserTests
{
    public static TheoryData<string, string> Replies { get; } = new()
    {
        { "+OK\r\n", "'OK'" },
        { "-ERR no such thing\r\n", "!ERR Refused" },
        { "-LOADING later\r\n", "!LOADING Unavailable" },
        { "-READONLY You can't\r\n", "!READONLY Unavailable" },
        { "-ERR Error running script: -READONLY You can't\r\n", "!ERR Unavailable" },
        { "-MOVED 3999 127.0.0.1:6381\r\n", "!MOVED Unavailable" },
        { ":-42\r\n", "-42" },
        { ":9223372036854775807\r\n", "9223372036854775807" },
        { "$5\r\na\r\nbc\r\n", "'a\r\nbc'" },
        { "$0\r\n\r\n", "''" },
        { "$-1\r\n", "null" },
        { "*-1\r\n", "null" },
        { "_\r\n", "null" },
        { "#t\r\n", "1" },
        { "#f\r\n", "0" },
        { ",3.25\r\n", "'3.25'" },
        { "(3492890328409238509324850943850943825024385\r\n", "'3492890328409238509324850943850943825024385'" },
        { "=7\r\ntxt:abc\r\n", "'abc'" },
        { "!7\r\nERR bad\r\n", "!ERR Refused" },
        { "*0\r\n", "[]" },
        { "*3\r\n:1\r\n$1\r\na\r\n*1\r\n_\r\n", "[1 'a' [null]]" },
        { "%2\r\n+a\r\n:1\r\n+b\r\n:2\r\n", "['a' 1 'b' 2]" },
        { "~2\r\n:1\r\n:2\r\n", "[1 2]" },
        { ">2\r\n+message\r\n$1\r\nx\r\n", ">['message' 'x']" },
        { "|1\r\n+ttl\r\n:3\r\n*1\r\n|1\r\n+x\r\n_\r\n:5\r\n", "[5]" },
        { "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*0\r\n", "[[[[[[[[]]]]]]]]" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void Parse_HoweverCut_IsTheSameAndConsumesItAlone(string wire, string expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(wire + "+next\r\n");
        int[] everyByte = [.. Enumerable.Range(1, bytes.Length - 1)];
        foreach (int[] cuts in (int[][])[[], everyByte, .. Enumerable.Range(1, bytes.Length - 1).Select(cut => (int[])[cut])])
        {
            ReadOnlySequence<byte> input = Pieces(bytes, cuts);
            Assert.Equal(RespStatus.Done, RespParser.Parse(input, out RedisReply reply, out SequencePosition end, out _));
            Assert.Equal(expected, Show(reply));
            Assert.Equal(wire.Length, input.Slice(0, end).Length);
        }
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public void Parse_NotWhole_ConsumesNothingAndAsksForNoMoreThanThereWillBe(string wire, string expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(wire);
        for (int length = 0; length < bytes.Length; length++)
        {
            ReadOnlySequence<byte> input = new(bytes, 0, length);
            Assert.True(RespParser.Parse(input, out _, out SequencePosition end, out long needed) is RespStatus.NeedMore, $"{expected} at {length}");
            Assert.Equal(input.Start, end);
            Assert.InRange(needed, length + 1, bytes.Length);
        }
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData(":\r\n")]
    [InlineData(":1x\r\n")]
    [InlineData(":9223372036854775808\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$+1\r\na\r\n")]
    [InlineData("$1\r\nab\r\n")]
    [InlineData("$67108865\r\n")]
    [InlineData("$99999999999999999999\r\n")]
    [InlineData("$?\r\n")]
    [InlineData("*1048577\r\n")]
    [InlineData("*-2\r\n")]
    [InlineData("%-1\r\n")]
    [InlineData("!-1\r\n")]
    [InlineData("=3\r\nabc\r\n")]
    [InlineData("#x\r\n")]
    [InlineData("_x\r\n")]
    [InlineData("+a\nb\r\n")]
    [InlineData("+a\rb\r\n")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*0\r\n")]
    public void Parse_NotTheProtocol_IsInvalid(string wire) =>
        Assert.Equal(RespStatus.Invalid, RespParser.Parse(new(Encoding.Latin1.GetBytes(wire)), out _, out _, out _));

    [Theory]
    [InlineData(-1, "", nameof(RespStatus.NeedMore))]
    [InlineData(0, "", nameof(RespStatus.NeedMore))]
    [InlineData(2, "", nameof(RespStatus.Invalid))]
    [InlineData(-1, "\r\n", nameof(RespStatus.Done))]
    [InlineData(0, "\r\n", nameof(RespStatus.Done))]
    [InlineData(1, "\r\n", nameof(RespStatus.Invalid))]
    public void Parse_LongLine_IsInvalidBeyondTheLimit(int over, string end, string expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes('+' + new string('a', RespLimits.Line + over) + end);
        Assert.Equal(expected, RespParser.Parse(new(bytes), out _, out _, out _).ToString());
    }

    [Fact]
    public void Parse_BulkThatIsOnTheWay_SaysHowMuchItNeeds()
    {
        Assert.Equal(RespStatus.NeedMore, RespParser.Parse(new("$1000000\r\nabc"u8.ToArray()), out _, out _, out long needed));
        Assert.Equal("$1000000\r\n".Length + 1_000_002, needed);
    }

    [Fact]
    public void Parse_CountThatIsALie_AllocatesNothing()
    {
        ReadOnlySequence<byte> input = new("*1048576\r\n*1048575\r\n+a\r\n"u8.ToArray());
        Assert.Equal(0, TestKit.Memory.AllocatedBytes.LowestOf(() => RespParser.Parse(input, out _, out _, out _)));
    }

    [Fact]
    public void Parse_RandomBytes_NeverThrows()
    {
        Random random = new(7);
        byte[] alphabet = Encoding.Latin1.GetBytes("+-:$*_#,(!=%~>|0123456789tf\r\n\r\n\r\nabc\0");
        for (int round = 0; round < 50_000; round++)
        {
            byte[] bytes = new byte[random.Next(1, 60)];
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = random.Next(10) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            RespParser.Parse(Pieces(bytes, [random.Next(bytes.Length)]), out _, out _, out _);
        }
    }

    [Fact]
    public void Parse_RepliesWithOneByteChanged_NeverThrows()
    {
        Random random = new(8);
        byte[][] replies = [.. Replies.Select(row => Encoding.Latin1.GetBytes((string)row[0]))];
        for (int round = 0; round < 50_000; round++)
        {
            byte[] bytes = [.. replies[random.Next(replies.Length)]];
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            RespParser.Parse(new(bytes), out _, out _, out _);
        }
    }

    private static string Show(RedisReply reply) => reply.Kind switch
    {
        RedisReplyKind.Null => "null",
        RedisReplyKind.Text => $"'{Encoding.Latin1.GetString(reply.Bytes!)}'",
        RedisReplyKind.Integer => $"{reply.Integer}",
        RedisReplyKind.Error => $"!{reply.ErrorCode} {reply.Failure}",
        RedisReplyKind.Push => $">[{ShowItems(reply)}]",
        _ => $"[{ShowItems(reply)}]",
    };

    private static string ShowItems(RedisReply reply) => string.Join(' ', reply.Items.ToArray().Select(Show));

    private static ReadOnlySequence<byte> Pieces(byte[] bytes, int[] cuts)
    {
        Segment first = new(default), last = first;
        int start = 0;
        foreach (int cut in (int[])[.. cuts, bytes.Length])
        {
            last = last.Append(bytes.AsMemory(start, cut - start));
            start = cut;
        }

        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        internal Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
