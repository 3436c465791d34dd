namespace Gateway.Streaming.Rules;

/// <summary>Rules of Anthropic's <c>messages</c>.</summary>
internal sealed class MessagesRules : TypedRules
{
    protected override bool IsKnown(ReadOnlySpan<byte> name) =>
        name.StartsWith("message"u8) || name.StartsWith("content_block_"u8) || name.SequenceEqual("ping"u8);

    protected override bool IsContent(ReadOnlySpan<byte> type) => type.SequenceEqual("content_block_delta"u8);

    protected override bool EndsAnswer(ReadOnlySpan<byte> type) => type.SequenceEqual("message_stop"u8);
}
