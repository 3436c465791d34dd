using System.Text;
using Gateway.Load.Http;

namespace Gateway.Load.Tests.Http;

public sealed class ChunkedBodyTests
{
    private const string Wire = "5\r\nhello\r\n1;a=b\r\n \r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";

    [Fact]
    public void TryDecode_EveryTwoWaySplit_GivesTheBody()
    {
        for (int cut = 0; cut <= Wire.Length; cut++)
        {
            ChunkedBody body = default;
            string text = Decode(ref body, Wire[..cut]) + Decode(ref body, Wire[cut..]);
            Assert.Equal("hello 0123456789", text);
            Assert.True(body.IsComplete);
        }
    }

    [Fact]
    public void TryDecode_ByteByByte_GivesTheBody()
    {
        ChunkedBody body = default;
        StringBuilder text = new();
        foreach (char next in Wire)
        {
            Assert.False(body.IsComplete);
            text.Append(Decode(ref body, next.ToString()));
        }

        Assert.Equal("hello 0123456789", text.ToString());
        Assert.True(body.IsComplete);
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("\r\n")]
    [InlineData("5x\r\nhello\r\n")]
    [InlineData("5\r\nhelloX\r\n")]
    [InlineData("0000000005\r\nhello\r\n")]
    public void TryDecode_NoChunkedBody_IsRefused(string wire)
    {
        ChunkedBody body = default;
        Assert.False(body.TryDecode(Encoding.Latin1.GetBytes(wire), out _));
    }

    private static string Decode(ref ChunkedBody body, string wire)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(wire);
        Assert.True(body.TryDecode(bytes, out int written));
        return Encoding.Latin1.GetString(bytes, 0, written);
    }
}
