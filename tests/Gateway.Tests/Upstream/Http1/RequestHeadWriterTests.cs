using System.Text;
using Gateway.Upstream.Http1;

namespace Gateway.Tests.Upstream.Http1;

public sealed class RequestHeadWriterTests
{
    [Fact]
    public void Write_WholeHead_IsExactlyThat()
    {
        using var buffer = new PooledBuffer(initialBytes: 16);
        var head = new RequestHeadWriter(buffer);
        Assert.True(head.Start("POST"u8, "/v1/chat/completions?x=%20"u8, "[::1]:8000"u8));
        Assert.True(head.Header("Accept"u8, "text/event-stream"u8));
        Assert.True(head.Header("X-Text"u8, "grün\t1"));
        head.ContentLength(1234567890123);
        head.End();
        Assert.Equal(
            "POST /v1/chat/completions?x=%20 HTTP/1.1\r\nHost: [::1]:8000\r\nAccept: text/event-stream\r\nX-Text: grün\t1\r\nContent-Length: 1234567890123\r\n\r\n",
            Encoding.UTF8.GetString(buffer.Written.Span));
    }

    [Theory]
    [InlineData("X", "a\r\nEvil: 1")]
    [InlineData("X", "a\nb")]
    [InlineData("X", "a\0b")]
    [InlineData("X", "a\u007f")]
    [InlineData("", "a")]
    [InlineData("X Y", "a")]
    [InlineData("X:", "a")]
    [InlineData("X\r\n", "a")]
    public void Header_CouldSplitTheHead_IsRefusedAndNothingIsWritten(string name, string value)
    {
        using var buffer = new PooledBuffer();
        var head = new RequestHeadWriter(buffer);
        Assert.False(head.Header(Encoding.Latin1.GetBytes(name), value));
        Assert.False(head.Header(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value)));
        Assert.True(buffer.Written.IsEmpty);
    }

    [Theory]
    [InlineData("GET", "x", "a")]
    [InlineData("GET", "", "a")]
    [InlineData("GET", "/a b", "a")]
    [InlineData("GET", "/a\r\nEvil: 1", "a")]
    [InlineData("GET", "/ä", "a")]
    [InlineData("GET", "/", "a\r\n")]
    [InlineData("GET", "/", "")]
    [InlineData("CONNECT", "/", "a")]
    [InlineData("G T", "/", "a")]
    public void Start_CouldSplitTheHead_IsRefusedAndNothingIsWritten(string method, string target, string host)
    {
        using var buffer = new PooledBuffer();
        var head = new RequestHeadWriter(buffer);
        Assert.False(head.Start(Encoding.Latin1.GetBytes(method), Encoding.Latin1.GetBytes(target), Encoding.Latin1.GetBytes(host)));
        Assert.True(buffer.Written.IsEmpty);
    }
}
