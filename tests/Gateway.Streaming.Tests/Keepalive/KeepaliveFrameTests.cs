using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Streaming.Keepalive;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Tests.Rules;

namespace Gateway.Streaming.Tests.Keepalive;

public sealed class KeepaliveFrameTests
{
    private static readonly UInt128 Id = new(0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210);

    [Theory]
    [InlineData(Endpoint.ChatCompletions, "data: {\"id\":\"chatcmpl-keepalive-0123456789abcdeffedcba9876543210\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"meta/m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":null}]}\n\n")]
    [InlineData(Endpoint.Completions, "data: {\"id\":\"cmpl-keepalive-0123456789abcdeffedcba9876543210\",\"object\":\"text_completion\",\"created\":1700000000,\"model\":\"meta/m\",\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":null}]}\n\n")]
    [InlineData(Endpoint.Messages, "event: ping\ndata: {\"type\":\"ping\"}\n\n")]
    [InlineData(Endpoint.Responses, ": keepalive\n\n")]
    public void WriteTo_Endpoint_IsTheFrameItsClientsUnderstand(Endpoint endpoint, string expected)
    {
        KeepaliveFrame frame = KeepaliveFrame.For(endpoint, Id, 1_700_000_000, "meta/m");

        Assert.Equal(expected, Text(frame));
        Assert.Equal(expected, Text(frame));
    }

    [Theory]
    [InlineData(Endpoint.ChatCompletions)]
    [InlineData(Endpoint.Completions)]
    [InlineData(Endpoint.Messages)]
    [InlineData(Endpoint.Responses)]
    public void WriteTo_AnyEndpoint_IsOneBlockWithoutContent(Endpoint endpoint)
    {
        StreamRules rules = StreamRules.For(endpoint, 1, removeUsageChunk: true);

        Assert.Equal(EventVerdict.Pass, Inspect.Block(rules, Text(KeepaliveFrame.For(endpoint, Id, 1, "m"))));
        Assert.False(rules.IsComplete);
        Assert.Equal(EventVerdict.Pass, Inspect.Block(rules, Text(KeepaliveFrame.Comment)));
    }

    [Theory]
    [InlineData("a\"b\\c\n\r\u0001")]
    [InlineData("é😀")]
    [InlineData("lone \uD800 surrogate")]
    public void For_AnyModel_IsValidJson(string model)
    {
        string text = Text(KeepaliveFrame.For(Endpoint.ChatCompletions, Id, 1, model));
        using JsonDocument json = JsonDocument.Parse(text[6..]);

        Assert.Equal(model.Replace('\uD800', '\uFFFD'), json.RootElement.GetProperty("model").GetString());
        Assert.Equal(2, text.Count(character => character == '\n'));
    }

    private static string Text(KeepaliveFrame frame)
    {
        ArrayBufferWriter<byte> writer = new();
        Assert.Equal(frame.WriteTo(writer), writer.WrittenCount);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }
}
