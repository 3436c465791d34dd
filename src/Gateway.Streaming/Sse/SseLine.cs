namespace Gateway.Streaming.Sse;

/// <summary>One line of an event stream, without its terminator.</summary>
internal static class SseLine
{
    /// <summary>"Collect the characters before the first U+003A COLON as field; after it as value; if value starts with U+0020 SPACE, remove it."</summary>
    /// <returns>False for an empty line.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> line, out SseField field, out ReadOnlySpan<byte> value)
    {
        field = SseField.Other;
        value = default;
        if (line.IsEmpty)
            return false;

        if (line.StartsWith("data:"u8))
        {
            field = SseField.Data;
            value = WithoutSpace(line[5..]);
        }
        else if (line[0] == (byte)':')
        {
            field = SseField.Comment;
            value = WithoutSpace(line[1..]);
        }
        else if (line.StartsWith("event:"u8))
        {
            field = SseField.Event;
            value = WithoutSpace(line[6..]);
        }
        else if (line.SequenceEqual("data"u8))
        {
            // "Otherwise, the string is not empty but has no colon: use the whole line as the field name and the empty string as value."
            field = SseField.Data;
        }
        else if (line.SequenceEqual("event"u8))
        {
            field = SseField.Event;
        }

        return true;
    }

    private static ReadOnlySpan<byte> WithoutSpace(ReadOnlySpan<byte> value) =>
        !value.IsEmpty && value[0] == (byte)' ' ? value[1..] : value;
}
