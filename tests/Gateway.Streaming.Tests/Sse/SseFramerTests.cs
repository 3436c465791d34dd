using System.Text;
using Gateway.Streaming.Sse;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Sse;

public sealed class SseFramerTests
{
    // The examples of WHATWG HTML, "Interpreting an event stream"; a block without data dispatches nothing.
    [Theory]
    [InlineData("data: YHOO\ndata: +2\ndata: 10\n\n", "message=YHOO\n+2\n10")]
    [InlineData(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n", "message=first event|message=second event")]
    [InlineData(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n", "message=first event|message=second event|message= third event")]
    [InlineData("data\n\ndata\ndata\n\ndata:", "message=|message=\n")]
    [InlineData("data:test\n\ndata: test\n\n", "message=test|message=test")]
    [InlineData("event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\nevent: add\ndata: 113411\n\n", "add=73857293|remove=2153|add=113411")]
    [InlineData("event: lost\n\ndata: kept\n\n", "message=kept")]
    [InlineData("event: first\nevent: last\ndata: x\n\n", "last=x")]
    [InlineData("event: gone\nevent\ndata: x\n\n", "message=x")]
    [InlineData("retry: 10\nid: 7\nunknown: field\ndata : not data\nDATA: neither\ndata: x\n\n", "message=x")]
    [InlineData("data: a:b: c\n\n", "message=a:b: c")]
    [InlineData("data: say data: [DONE] and \\n\\ndata: x\n\n", "message=say data: [DONE] and \\n\\ndata: x")]
    [InlineData("\n\n\ndata: x\n\n\n\n", "message=x")]
    [InlineData("\uFEFFdata: x\n\n\uFEFFdata: y\n\n", "message=x")]
    public void TryRead_Examples_DispatchesAsSpecified(string stream, string expected)
    {
        foreach (string newline in (string[])["\n", "\r", "\r\n"])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(stream.Replace("\n", newline, StringComparison.Ordinal));
            foreach (int[] cuts in Cuts.TwoWay(bytes.Length).Append(Cuts.Every(bytes.Length, 1)))
            {
                FramerRun run = FramerRun.Of(bytes, cuts);
                IEnumerable<string> events = run.Blocks.Where(block => block.DataLines > 0)
                    .Select(block => $"{(block.Name.Length == 0 ? "message" : block.Name)}={block.Data}");
                Assert.Equal(expected, string.Join('|', events));
                Assert.Equal(Encoding.UTF8.GetString(bytes[..^run.Pending]), string.Concat(run.Blocks.Select(block => block.Raw)));
            }
        }
    }

    [Fact]
    public void TryRead_LastEventWithoutBlankLine_IsPending()
    {
        FramerRun run = FramerRun.Of("data: a\n\ndata: b\n");

        Assert.Single(run.Blocks);
        Assert.Equal(FrameStatus.NeedMore, run.Status);
        Assert.Equal("data: b\n".Length, run.Pending);
    }

    [Fact]
    public void TryRead_CarriageReturnAtTheEnd_DoesNotWaitForALineFeed()
    {
        FramerRun run = FramerRun.Of("data: a\r\r");

        Assert.Equal("data: a\r\r", Assert.Single(run.Blocks).Raw);
    }

    [Fact]
    public void TryRead_LineFeedOfASplitPair_IsABlockOfItsOwn()
    {
        byte[] stream = "data: a\r\n\r\ndata: b\r\n\r\n"u8.ToArray();
        SseFramer framer = new(SseLimits.Default);
        Assert.Equal(FrameStatus.Done, framer.TryRead(stream.AsSpan(0, 10), out SseFrame frame));
        Assert.False(frame.EndsLastBlock);

        Assert.Equal(FrameStatus.Done, framer.TryRead(stream.AsSpan(10), out frame));
        Assert.True(frame.EndsLastBlock);
        Assert.Equal(1, frame.Raw.Length);
        Assert.Equal(FrameStatus.Done, framer.TryRead(stream.AsSpan(11), out frame));
        Assert.False(frame.EndsLastBlock);
        Assert.Equal("b"u8, frame.Data);
    }

    [Fact]
    public void TryRead_CommentOnlyBlock_KeepsTheComment()
    {
        ReadBlock block = Assert.Single(FramerRun.Of("event: error\n: out of memory\n\n").Blocks);

        Assert.Equal(("error", "out of memory", 0), (block.Name, block.Comment, block.DataLines));
    }

    [Theory]
    [InlineData("\n", 99, FrameStatus.NeedMore)]
    [InlineData("\n", 100, FrameStatus.NeedMore)]
    [InlineData("\n", 101, FrameStatus.TooLarge)]
    [InlineData("\r", 100, FrameStatus.NeedMore)]
    [InlineData("\r\n", 100, FrameStatus.NeedMore)]
    [InlineData("\r\n", 101, FrameStatus.TooLarge)]
    public void TryRead_LineAroundItsLimit_StopsBehindIt(string newline, int length, FrameStatus expected)
    {
        byte[] stream = Encoding.UTF8.GetBytes("id: 1" + newline + "data:" + new string('x', length - 5) + newline + newline);
        foreach (int[] cuts in Cuts.TwoWay(stream.Length).Append(Cuts.Every(stream.Length, 1)))
            Assert.Equal(expected, FramerRun.Of(stream, cuts, new SseLimits(100, 1_000)).Status);
    }

    [Theory]
    [InlineData("\n", 99, FrameStatus.NeedMore)]
    [InlineData("\n", 100, FrameStatus.NeedMore)]
    [InlineData("\n", 101, FrameStatus.TooLarge)]
    [InlineData("\r", 100, FrameStatus.NeedMore)]
    [InlineData("\r", 101, FrameStatus.TooLarge)]
    [InlineData("\r\n", 101, FrameStatus.NeedMore)] // the last LF is not counted
    [InlineData("\r\n", 102, FrameStatus.TooLarge)]
    public void TryRead_EventAroundItsLimit_StopsBehindIt(string newline, int length, FrameStatus expected)
    {
        string end = newline + newline;
        string block = "data: " + new string('x', 40) + newline + "data: ";
        block += new string('x', length - block.Length - end.Length) + end;
        byte[] stream = Encoding.UTF8.GetBytes("data: 1" + end + block + "data: 2" + end);
        foreach (int[] cuts in Cuts.TwoWay(stream.Length).Append(Cuts.Every(stream.Length, 1)))
        {
            FramerRun run = FramerRun.Of(stream, cuts, new SseLimits(1_000, 100));
            Assert.Equal(expected, run.Status);
            Assert.Equal(expected == FrameStatus.TooLarge ? 1 : 3, run.Blocks.Count(read => read.DataLines > 0));
        }
    }

    [Fact]
    public void TryRead_EndlessLine_StopsAtTheLimitWithoutALineEnd()
    {
        byte[] stream = new byte[SseLimits.Default.MaxLine + 1];
        stream.AsSpan().Fill((byte)'x');

        Assert.Equal(FrameStatus.NeedMore, FramerRun.Of(stream[..(SseLimits.Default.MaxEvent - 1)], []).Status);
        Assert.Equal(FrameStatus.TooLarge, FramerRun.Of(stream[..SseLimits.Default.MaxEvent], []).Status);
        Assert.Equal(FrameStatus.TooLarge, FramerRun.Of(stream, Cuts.Every(stream.Length, 4_000)).Status);
    }
}
