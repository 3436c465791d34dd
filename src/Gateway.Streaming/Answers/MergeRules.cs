namespace Gateway.Streaming.Answers;

/// <summary>The rule of every member, by the object it is in.</summary>
internal static class MergeRules
{
    /// <param name="shape">The object.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="below">The shape of its value, or of its elements.</param>
    internal static MergeRule Of(MergeShape shape, ReadOnlySpan<byte> name, out MergeShape below)
    {
        below = MergeShape.None;
        return shape switch
        {
            MergeShape.Chunk => OfChunk(name, ref below),
            MergeShape.Choice => OfChoice(name, ref below),
            MergeShape.Delta => OfDelta(name, ref below),
            MergeShape.Call => OfCall(name, ref below),
            MergeShape.Function => Is(name, "name"u8, "arguments"u8, "input"u8) ? MergeRule.Text : MergeRule.Last,
            MergeShape.Logprobs => MergeRule.ListOrLast,
            MergeShape.Message or MergeShape.MessageDelta => OfMessage(shape, name, ref below),
            MergeShape.Block => OfBlock(name),
            MergeShape.BlockDelta => OfBlockDelta(name),
            _ => MergeRule.Last,
        };
    }

    private static MergeRule OfChunk(ReadOnlySpan<byte> name, ref MergeShape below)
    {
        if (name.SequenceEqual("choices"u8))
            return Nested(MergeRule.Choices, MergeShape.Choice, ref below);
        if (Is(name, "id"u8, "created"u8, "model"u8))
            return MergeRule.First;
        if (name.SequenceEqual("error"u8))
            return MergeRule.Refused;
        // OpenAI pads chunks with "obfuscation", so that their sizes tell nothing.
        return name.SequenceEqual("object"u8) || name.SequenceEqual("obfuscation"u8) ? MergeRule.Ignored : MergeRule.Last;
    }

    private static MergeRule OfChoice(ReadOnlySpan<byte> name, ref MergeShape below)
    {
        if (name.SequenceEqual("delta"u8))
            return Nested(MergeRule.Object, MergeShape.Delta, ref below);
        if (name.SequenceEqual("index"u8))
            return MergeRule.Ignored;
        if (name.SequenceEqual("text"u8))
            return MergeRule.Text;
        if (name.SequenceEqual("finish_reason"u8))
            return MergeRule.First;
        if (name.SequenceEqual("logprobs"u8))
            return Nested(MergeRule.Object, MergeShape.Logprobs, ref below);
        // vLLM's tokens of each chunk.
        if (name.SequenceEqual("token_ids"u8))
            return MergeRule.List;
        return name.SequenceEqual("message"u8) ? MergeRule.Refused : MergeRule.Last;
    }

    private static MergeRule OfDelta(ReadOnlySpan<byte> name, ref MergeShape below)
    {
        if (Is(name, "content"u8, "reasoning_content"u8, "reasoning"u8) || name.SequenceEqual("refusal"u8))
            return MergeRule.Text;
        if (name.SequenceEqual("role"u8))
            return MergeRule.First;
        if (name.SequenceEqual("tool_calls"u8))
            return Nested(MergeRule.Array, MergeShape.Call, ref below);
        if (name.SequenceEqual("function_call"u8))
            return Nested(MergeRule.Object, MergeShape.Function, ref below);
        if (name.SequenceEqual("annotations"u8) || name.SequenceEqual("reasoning_details"u8))
            return MergeRule.List;
        // Pieces of base64 that end in padding cannot be joined.
        return name.SequenceEqual("audio"u8) ? MergeRule.Refused : MergeRule.Last;
    }

    private static MergeRule OfCall(ReadOnlySpan<byte> name, ref MergeShape below)
    {
        if (name.SequenceEqual("function"u8) || name.SequenceEqual("custom"u8))
            return Nested(MergeRule.Object, MergeShape.Function, ref below);
        // Servers that send several calls under one index would have them joined into one.
        if (name.SequenceEqual("id"u8))
            return MergeRule.Same;
        if (name.SequenceEqual("type"u8))
            return MergeRule.First;
        return name.SequenceEqual("index"u8) ? MergeRule.Ignored : MergeRule.Last;
    }

    private static MergeRule OfMessage(MergeShape shape, ReadOnlySpan<byte> name, ref MergeShape below)
    {
        if (name.SequenceEqual("usage"u8))
            return Nested(MergeRule.Object, MergeShape.Counts, ref below);
        bool isOfEvent = shape == MergeShape.MessageDelta && (name.SequenceEqual("type"u8) || name.SequenceEqual("delta"u8));
        return isOfEvent || name.SequenceEqual("content"u8) ? MergeRule.Ignored : MergeRule.Last;
    }

    private static MergeRule OfBlock(ReadOnlySpan<byte> name)
    {
        if (Is(name, "text"u8, "thinking"u8, "signature"u8))
            return MergeRule.Text;
        return name.SequenceEqual("citations"u8) ? MergeRule.List : MergeRule.Last;
    }

    private static MergeRule OfBlockDelta(ReadOnlySpan<byte> name)
    {
        if (Is(name, "text"u8, "thinking"u8, "signature"u8))
            return MergeRule.Text;
        if (name.SequenceEqual("partial_json"u8))
            return MergeRule.Input;
        if (name.SequenceEqual("citation"u8))
            return MergeRule.Citation;
        return name.SequenceEqual("type"u8) ? MergeRule.Ignored : MergeRule.Refused;
    }

    private static MergeRule Nested(MergeRule rule, MergeShape shape, ref MergeShape below)
    {
        below = shape;
        return rule;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> one, ReadOnlySpan<byte> two, ReadOnlySpan<byte> three) =>
        name.SequenceEqual(one) || name.SequenceEqual(two) || name.SequenceEqual(three);
}
