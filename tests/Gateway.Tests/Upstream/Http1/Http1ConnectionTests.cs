using System.Text;
using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;

namespace Gateway.Tests.Upstream.Http1;

public sealed class Http1ConnectionTests
{
    private const string Valid = "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nServer: s\r\nTransfer-Encoding: Chunked\r\nX-Empty:\r\n\r\n"
        + "5;e=1\r\nhello\r\nB\r\n, the world\r\n0\r\nT: v\r\n\r\n";

    [Fact]
    public async Task Response_EverySplitAndSingleBytes_ReadsTheSame()
    {
        foreach (byte[][] segments in SegmentTransport.Splits(Encoding.Latin1.GetBytes(Valid)))
        {
            using var connection = new Http1Connection(new SegmentTransport(segments), 0);
            await connection.RoundTripAsync(Exchanges.Get, default);
            Assert.Equal(200, connection.Response.StatusCode);
            Assert.Equal(3, connection.Response.HeaderCount);
            Assert.True(connection.Response.TryGetHeader("X-EMPTY"u8, out ReadOnlySpan<byte> value));
            Assert.True(value.IsEmpty);
            connection.Response.ReleaseHead();
            Assert.Equal(("hello, the world", ReadStatus.End), await connection.ReadAllAsync(bufferBytes: 7));
            Assert.True(connection.IsReusable);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n")]
    [InlineData("HTTP/1.1 200 O\rK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n A: b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA : b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA(: b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nÄ: b\r\n\r\n")]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 +20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 600 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n")]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public async Task Head_NotStrictlyHttp_IsInvalidResponseForEverySplit(string head)
    {
        foreach (byte[][] segments in SegmentTransport.Splits(Encoding.Latin1.GetBytes(head)))
        {
            Assert.Equal(TransportFailure.InvalidResponse, await FailureOf(segments));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", "ok", true)]
    [InlineData("HTTP/1.1 200 \r\nContent-Length: 002\r\n\r\nok", "ok", true)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "", true)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "", true)]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n", "", false)]
    [InlineData("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "", false)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nrest", "rest", false)]
    public async Task Head_Accepted_FramesTheBody(string response, string body, bool reusable)
    {
        using var connection = new Http1Connection(new SegmentTransport(Encoding.Latin1.GetBytes(response)), 0);
        await connection.RoundTripAsync(Exchanges.Get, default);
        Assert.Equal((body, ReadStatus.End), await connection.ReadAllAsync());
        Assert.Equal(reusable, connection.IsReusable);
    }

    [Fact]
    public async Task Head_AnswerToHead_HasNoBody()
    {
        using var connection = new Http1Connection(new SegmentTransport("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"u8.ToArray()), 0);
        await connection.RoundTripAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), default);
        Assert.Equal(("", ReadStatus.End), await connection.ReadAllAsync());
        Assert.True(connection.IsReusable);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Head_AroundItsSizeLimit_HoldsIt(int more, bool accepted)
    {
        const string Start = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: ";
        byte[] response = Encoding.Latin1.GetBytes(Start + new string('x', Http1Limits.HeadBytes - Start.Length - 4 + more) + "\r\n\r\nok");
        await AssertAccepted(response, accepted);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Head_AroundItsFieldLimit_HoldsIt(int more, bool accepted)
    {
        string fields = string.Concat(Enumerable.Repeat("A: b\r\n", Http1Limits.HeaderFields - 1 + more));
        await AssertAccepted(Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + fields + "\r\nok"), accepted);
    }

    [Theory]
    [InlineData(Http1Limits.InterimResponses, null)]
    [InlineData(Http1Limits.InterimResponses + 1, "InvalidResponse")]
    public async Task Head_InterimResponses_AreSkippedUpToTheLimit(int count, string? failure)
    {
        string interim = string.Concat(Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", count));
        Assert.Equal(failure, (await FailureOf([Encoding.Latin1.GetBytes(interim + "HTTP/1.1 204 No Content\r\n\r\n")]))?.ToString());
    }

    [Fact]
    public async Task Response_RandomMutations_NeverThrowAnythingElseNorHang()
    {
        var random = new Random(42);
        byte[] valid = Encoding.Latin1.GetBytes(Valid);
        int failed = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] mutated = Mutate(random, valid);
            int cut = random.Next(1, mutated.Length);
            using var connection = new Http1Connection(new SegmentTransport(mutated[..cut], mutated[cut..]), 0);
            try
            {
                await connection.RoundTripAsync(Exchanges.Get, default);
                (_, ReadStatus end) = await connection.ReadAllAsync();
                failed += end is ReadStatus.Broken ? 1 : 0;
            }
            catch (UpstreamTransportException)
            {
                failed++;
            }
        }
        Assert.InRange(failed, 2_000, 18_000);
    }

    private static byte[] Mutate(Random random, byte[] valid)
    {
        List<byte> bytes = [.. valid];
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            int at = random.Next(bytes.Count - 1);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.Insert(at, (byte)"\r\n :;0f\0"[random.Next(8)]);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(20, bytes.Count - at)));
                    break;
            }
        }
        return [.. bytes];
    }

    private static async Task AssertAccepted(byte[] response, bool accepted)
    {
        Assert.Equal(accepted ? null : TransportFailure.HeadTooLarge, await FailureOf([response]));
        Assert.Equal(accepted ? null : TransportFailure.HeadTooLarge, await FailureOf([.. response.Chunk(1000)]));
    }

    private static async Task<TransportFailure?> FailureOf(byte[][] segments)
    {
        using var connection = new Http1Connection(new SegmentTransport(segments), 0);
        try
        {
            await connection.RoundTripAsync(Exchanges.Get, default);
            return null;
        }
        catch (UpstreamTransportException e)
        {
            return e.Kind;
        }
    }
}
