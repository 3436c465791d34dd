namespace Gateway.Streaming.Rules;

/// <summary>Rules of OpenAI's <c>responses</c>.</summary>
internal sealed class ResponsesRules : TypedRules
{
    protected override bool IsKnown(ReadOnlySpan<byte> name) => name.StartsWith("response."u8) || name.SequenceEqual("message"u8);

    protected override bool IsContent(ReadOnlySpan<byte> type) => type.EndsWith(".delta"u8);

    protected override bool EndsAnswer(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8) || type.SequenceEqual("response.failed"u8);
}
