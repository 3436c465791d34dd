using System.Text;
using Gateway.Load.Http;

namespace Gateway.Load.Tests.Http;

public sealed class ResponseHeadTests
{
    [Fact]
    public void TryParse_Stream_SaysHowToReadIt()
    {
        Assert.True(Parse("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\ntransfer-encoding: Chunked", out ResponseHead head));
        Assert.Equal(new ResponseHead(200, -1, true, true, true), head);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 12", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 12", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 12\r\nConnection: keep-alive", true)]
    public void TryParse_Connection_KeepsAliveWhereTheVersionAndTheFieldSaySo(string text, bool keeps)
    {
        Assert.True(Parse(text, out ResponseHead head));
        Assert.Equal(keeps, head.KeepsAlive);
        Assert.Equal(12, head.Length);
    }

    [Theory]
    [InlineData("HTTP/2 200")]
    [InlineData("HTTP/1.1 2x0 OK")]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1x")]
    public void TryParse_NoResponse_IsRefused(string text) => Assert.False(Parse(text, out _));

    private static bool Parse(string text, out ResponseHead head) => ResponseHead.TryParse(Encoding.Latin1.GetBytes(text), out head);
}
