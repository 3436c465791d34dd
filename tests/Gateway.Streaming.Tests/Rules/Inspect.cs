using System.Text;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sse;

namespace Gateway.Streaming.Tests.Rules;

/// <summary>Asks rules about one block written as text.</summary>
internal static class Inspect
{
    internal static EventVerdict Block(StreamRules rules, string block) => Block(rules, Encoding.UTF8.GetBytes(block));

    internal static EventVerdict Block(StreamRules rules, byte[] block)
    {
        SseFramer framer = new(SseLimits.Default);
        Assert.Equal(FrameStatus.Done, framer.TryRead(block, out SseFrame frame));
        Assert.Equal(block.Length, frame.Raw.Length);
        return rules.Inspect(frame);
    }

    internal static EventVerdict Data(StreamRules rules, string data) => Block(rules, $"data: {data}\n\n");
}
