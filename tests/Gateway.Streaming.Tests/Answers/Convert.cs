using System.Buffers;
using System.Text;
using Gateway.Streaming.Answers;

namespace Gateway.Streaming.Tests.Answers;

/// <summary>The two converters as functions of text; null where they refuse.</summary>
internal static class Convert
{
    internal static string? Assemble(Endpoint endpoint, string events) => Assemble(endpoint, Encoding.UTF8.GetBytes(events));

    internal static string? Assemble(Endpoint endpoint, ReadOnlySpan<byte> events)
    {
        ArrayBufferWriter<byte> output = new();
        bool isWhole = AnswerAssembler.TryAssemble(endpoint, events, output);
        Assert.True(isWhole || output.WrittenCount == 0);
        return isWhole ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    internal static string? Stream(Endpoint endpoint, string json, int maxStream = AnswerStreamer.MaxStream) =>
        Stream(endpoint, Encoding.UTF8.GetBytes(json), maxStream);

    internal static string? Stream(Endpoint endpoint, ReadOnlySpan<byte> json, int maxStream = AnswerStreamer.MaxStream)
    {
        ArrayBufferWriter<byte> output = new();
        bool isWhole = AnswerStreamer.TryStream(endpoint, json, output, maxStream);
        Assert.True(isWhole || output.WrittenCount == 0);
        return isWhole ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }
}
