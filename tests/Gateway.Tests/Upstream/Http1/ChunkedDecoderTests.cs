using System.Text;
using Gateway.Upstream.Http1;

namespace Gateway.Tests.Upstream.Http1;

public sealed class ChunkedDecoderTests
{
    [Theory]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("0005\r\nhello\r\n000\r\n\r\n", "hello")]
    [InlineData("A\r\n0123456789\r\na;x=1 \t;y=\"z\"\r\n0123456789\r\n0\r\nA: b\r\nC:\r\n\r\n", "01234567890123456789")]
    [InlineData("1 ;x\r\na\r\n0\r\n\r\n", "a")]
    [InlineData("0\r\n\r\n", "")]
    public void Decode_Valid_YieldsTheBodyForEverySplit(string raw, string body)
    {
        foreach (byte[][] segments in SegmentTransport.Splits(Encoding.Latin1.GetBytes(raw)))
        {
            Assert.Equal((body, ""), Decode(segments));
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("g\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("+1\r\n")]
    [InlineData("0x1\r\na\r\n")]
    [InlineData(" 1\r\na\r\n")]
    [InlineData("1 \r\na\r\n")]
    [InlineData("1\na\r\n")]
    [InlineData("1\r\rna\r\n")]
    [InlineData("1\r\nab\r\n")]
    [InlineData("1\r\na\n0\r\n\r\n")]
    [InlineData("1\r\na\r0\r\n\r\n")]
    [InlineData("1;a\nb\r\na\r\n")]
    [InlineData("1;\0\r\na\r\n")]
    [InlineData("8000000000000000\r\n")]
    [InlineData("10000000000000000\r\n")]
    [InlineData("FFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("0\r\n a: b\r\n\r\n")]
    [InlineData("0\r\na b: c\r\n\r\n")]
    [InlineData("0\r\n: c\r\n\r\n")]
    [InlineData("0\r\na: b\n\r\n")]
    [InlineData("0\r\na: \0\r\n\r\n")]
    [InlineData("0\r\n\rx")]
    public void Decode_Invalid_IsRefusedForEverySplit(string raw)
    {
        foreach (byte[][] segments in SegmentTransport.Splits(Encoding.Latin1.GetBytes(raw)))
        {
            Assert.Null(Decode(segments));
        }
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Decode_AroundTheLimits_HoldsThem(int more, bool accepted)
    {
        string extension = "1;" + new string('x', Http1Limits.ChunkLineBytes - 2 + more) + "\r\na\r\n0\r\n\r\n";
        Assert.Equal(accepted, Decode([Encoding.Latin1.GetBytes(extension)]) is not null);
        string trailer = "0\r\na:" + new string('x', Http1Limits.TrailerBytes - 4 + more) + "\r\n\r\n";
        Assert.Equal(accepted, Decode([Encoding.Latin1.GetBytes(trailer)]) is not null);
    }

    [Fact]
    public void Decode_RandomInputAndSplits_AgreesWithTheNaiveReference()
    {
        var random = new Random(20261121);
        int valid = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] raw = Encoding.Latin1.GetBytes(RandomBody(random));
            for (int mutations = random.Next(3); mutations > 0; mutations--)
            {
                raw[random.Next(raw.Length)] = (byte)"\r\n;:0159afg \0x"[random.Next(14)];
            }
            (string Body, string After)? expected = NaiveChunked.Decode(Encoding.Latin1.GetString(raw));
            (string Body, string After)? actual = Decode([.. RandomSplit(random, raw)]);
            Assert.True(expected == actual, $"round {i}: {Uri.EscapeDataString(Encoding.Latin1.GetString(raw))}: expected {expected}, was {actual}");
            valid += expected is null ? 0 : 1;
        }
        Assert.InRange(valid, 5_000, 15_000);
    }

    private static string RandomBody(Random random)
    {
        var raw = new StringBuilder();
        for (int chunks = random.Next(4); chunks > 0; chunks--)
        {
            int size = random.Next(1, 40);
            raw.Append(size.ToString(random.Next(2) == 0 ? "x" : "X4")).Append(random.Next(4) == 0 ? " ;ext=\"1\"" : "").Append("\r\n");
            raw.Append('d', size).Append("\r\n");
        }
        return raw.Append("0\r\n").Append(random.Next(3) == 0 ? "T: v\r\n" : "").Append("\r\n").Append(random.Next(4) == 0 ? "next" : "").ToString();
    }

    private static IEnumerable<byte[]> RandomSplit(Random random, byte[] raw)
    {
        for (int start = 0; start < raw.Length;)
        {
            int end = Math.Min(raw.Length, start + random.Next(1, 20));
            yield return raw[start..end];
            start = end;
        }
    }

    /// <summary>Null when refused or not at its end after all segments.</summary>
    private static (string Body, string After)? Decode(byte[][] segments)
    {
        var decoder = new ChunkedDecoder();
        var body = new StringBuilder();
        var rest = new StringBuilder();
        foreach (byte[] segment in segments)
        {
            byte[] buffer = [.. segment];
            if (!decoder.Decode(buffer, out int read, out int written))
            {
                return null;
            }
            body.Append(Encoding.Latin1.GetString(buffer, 0, written));
            rest.Append(Encoding.Latin1.GetString(segment, read, segment.Length - read));
        }
        return decoder.IsComplete ? (body.ToString(), rest.ToString()) : null;
    }
}
