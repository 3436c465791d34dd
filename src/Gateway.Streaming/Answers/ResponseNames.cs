namespace Gateway.Streaming.Answers;

/// <summary>The events and members in which one kind of text of a response streams.</summary>
internal readonly ref struct ResponseNames
{
    /// <summary>Each piece of the text; empty for a part that comes whole.</summary>
    public ReadOnlySpan<byte> Delta { get; private init; }

    /// <summary>The whole text.</summary>
    public ReadOnlySpan<byte> Done { get; private init; }

    /// <summary>The member that holds the text.</summary>
    public ReadOnlySpan<byte> Text { get; private init; }

    /// <summary>Names for a part of a message or of reasoning.</summary>
    internal static ResponseNames OfPart(ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual("output_text"u8))
            return new() { Delta = "response.output_text.delta"u8, Done = "response.output_text.done"u8, Text = "text"u8 };
        if (type.SequenceEqual("refusal"u8))
            return new() { Delta = "response.refusal.delta"u8, Done = "response.refusal.done"u8, Text = "refusal"u8 };
        if (type.SequenceEqual("reasoning_text"u8))
            return new() { Delta = "response.reasoning_text.delta"u8, Done = "response.reasoning_text.done"u8, Text = "text"u8 };
        if (type.SequenceEqual("summary_text"u8))
            return new() { Delta = "response.reasoning_summary_text.delta"u8, Done = "response.reasoning_summary_text.done"u8, Text = "text"u8 };
        return default;
    }

    /// <summary>Names for the text of a call.</summary>
    internal static ResponseNames OfItem(ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual("function_call"u8))
            return new() { Delta = "response.function_call_arguments.delta"u8, Done = "response.function_call_arguments.done"u8, Text = "arguments"u8 };
        if (type.SequenceEqual("custom_tool_call"u8))
            return new() { Delta = "response.custom_tool_call_input.delta"u8, Done = "response.custom_tool_call_input.done"u8, Text = "input"u8 };
        if (type.SequenceEqual("mcp_call"u8))
            return new() { Delta = "response.mcp_call_arguments.delta"u8, Done = "response.mcp_call_arguments.done"u8, Text = "arguments"u8 };
        return default;
    }
}
