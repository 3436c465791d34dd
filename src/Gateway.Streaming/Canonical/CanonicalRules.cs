namespace Gateway.Streaming.Canonical;

/// <summary>What is part of a request's meaning, by place and name.</summary>
internal static class CanonicalRules
{
    /// <summary>Members of the body that change how the answer is sent or accounted, not what it says.</summary>
    internal static bool IsLeftOut(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("model"u8) || name.SequenceEqual("stream"u8) || name.SequenceEqual("stream_options"u8)
        || name.SequenceEqual("user"u8) || name.SequenceEqual("metadata"u8) || name.SequenceEqual("nim-llm-router"u8);

    /// <summary>The order below a member of an object that is sorted.</summary>
    internal static CanonicalOrder OfMember(CanonicalOrder parent, ReadOnlySpan<byte> name) => parent switch
    {
        CanonicalOrder.Root => OfRoot(name),
        CanonicalOrder.Message => name.SequenceEqual("content"u8) ? CanonicalOrder.Parts : CanonicalOrder.Kept,
        CanonicalOrder.Part => OfPart(name),
        _ => parent,
    };

    /// <summary>The order of an array's elements.</summary>
    internal static CanonicalOrder OfElements(CanonicalOrder array) => array switch
    {
        CanonicalOrder.Messages => CanonicalOrder.Message,
        CanonicalOrder.Parts => CanonicalOrder.Part,
        CanonicalOrder.Settings => CanonicalOrder.Settings,
        _ => CanonicalOrder.Kept,
    };

    private static CanonicalOrder OfRoot(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("messages"u8) || name.SequenceEqual("input"u8))
            return CanonicalOrder.Messages;
        if (name.SequenceEqual("system"u8))
            return CanonicalOrder.Parts;
        bool isSettings = name.SequenceEqual("logit_bias"u8) || name.SequenceEqual("reasoning"u8) || name.SequenceEqual("thinking"u8)
            || name.SequenceEqual("tool_choice"u8) || name.SequenceEqual("audio"u8);
        return isSettings ? CanonicalOrder.Settings : CanonicalOrder.Kept;
    }

    private static CanonicalOrder OfPart(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("content"u8))
            return CanonicalOrder.Parts;
        bool isMedia = name.SequenceEqual("image_url"u8) || name.SequenceEqual("input_audio"u8) || name.SequenceEqual("file"u8) || name.SequenceEqual("source"u8);
        return isMedia ? CanonicalOrder.Settings : CanonicalOrder.Kept;
    }
}
