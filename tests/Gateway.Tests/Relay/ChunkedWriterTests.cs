using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Gateway.Relay;

namespace Gateway.Tests.Relay;

public sealed class ChunkedWriterTests
{
    private readonly Pipe _pipe = new(new(pauseWriterThreshold: 0));
    private readonly ChunkedWriter _writer;

    public ChunkedWriterTests() => _writer = new(_pipe.Writer);

    [Fact]
    public async Task Flush_OneWrite_IsOneChunk()
    {
        Write("data: {}\n\n");
        await _writer.FlushAsync();
        Assert.Equal("000a\r\ndata: {}\n\n\r\n", Sent());
    }

    [Fact]
    public async Task Flush_SeveralWrites_AreOneChunk()
    {
        Write("one");
        Write("two");
        await _writer.FlushAsync();
        Write("three");
        await _writer.FlushAsync();
        Assert.Equal("0006\r\nonetwo\r\n0005\r\nthree\r\n", Sent());
    }

    [Fact]
    public async Task Flush_NothingWritten_SendsNothing()
    {
        _ = _writer.GetMemory(100);
        _writer.Advance(0);
        await _writer.FlushAsync();
        Assert.Equal("", Sent());
        Write("x");
        await _writer.FlushAsync();
        Assert.Equal("0001\r\nx\r\n", Sent());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4_096)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(1_000_000)]
    public async Task Flush_WhateverLength_IsReadBack(int length)
    {
        string text = new('a', length);
        Write(text);
        Write("end");
        await _writer.FlushAsync();
        Assert.Equal(text + "end", Unchunked(Sent()));
    }

    [Fact]
    public async Task Write_MoreThanTheBlockHas_BeginsAnotherChunk()
    {
        string all = "";
        for (int i = 0; i < 3_000; i++)
        {
            string piece = i.ToString(CultureInfo.InvariantCulture) + "\n";
            Write(piece);
            all += piece;
        }

        await _writer.FlushAsync();
        Assert.Equal(all, Unchunked(Sent()));
    }

    [Fact]
    public async Task End_AfterWrites_IsTheLastChunkOnce()
    {
        Write("last");
        _writer.End();
        _writer.End();
        await _writer.FlushAsync();
        Assert.Equal("0004\r\nlast\r\n0\r\n\r\n", Sent());
        Assert.True(_writer.HasEnded);
    }

    [Fact]
    public async Task End_NothingWritten_IsTheLastChunk()
    {
        _ = _writer.GetMemory(100);
        _writer.End();
        await _writer.FlushAsync();
        Assert.Equal("0\r\n\r\n", Sent());
    }

    [Fact]
    public void Advance_BeyondWhatWasGiven_Throws()
    {
        int given = _writer.GetMemory(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.Advance(given + 1));
    }

    private void Write(string text)
    {
        int bytes = Encoding.ASCII.GetBytes(text, _writer.GetSpan(text.Length));
        _writer.Advance(bytes);
    }

    private string Sent()
    {
        if (!_pipe.Reader.TryRead(out ReadResult result))
            return "";
        string sent = Encoding.ASCII.GetString(result.Buffer);
        _pipe.Reader.AdvanceTo(result.Buffer.End);
        return sent;
    }

    private static string Unchunked(string body)
    {
        StringBuilder content = new();
        while (body.Length > 0)
        {
            int end = body.IndexOf("\r\n", StringComparison.Ordinal);
            int length = int.Parse(body[..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Assert.NotEqual(0, length);
            content.Append(body, end + 2, length);
            Assert.Equal("\r\n", body.Substring(end + 2 + length, 2));
            body = body[(end + 4 + length)..];
        }

        return content.ToString();
    }
}
