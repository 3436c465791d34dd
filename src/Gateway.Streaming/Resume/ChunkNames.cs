using System.Text.Json;

namespace Gateway.Streaming.Resume;

/// <summary>The names of the members that a resume knows.</summary>
internal static class ChunkNames
{
    /// <summary>The text a delta's member holds; the reader stands on its name.</summary>
    internal static PartKind KindOf(in Utf8JsonReader reader)
    {
        for (PartKind kind = PartKind.Content; kind <= PartKind.Refusal; kind++)
        {
            if (reader.ValueTextEquals(NameOf(kind)))
                return kind;
        }

        return PartKind.Unknown;
    }

    /// <summary>The member that holds a text.</summary>
    internal static ReadOnlySpan<byte> NameOf(PartKind kind) => kind switch
    {
        PartKind.Content => "content"u8,
        PartKind.Reasoning => "reasoning"u8,
        PartKind.ReasoningContent => "reasoning_content"u8,
        PartKind.Refusal => "refusal"u8,
        PartKind.Text => "text"u8,
        PartKind.Arguments => "arguments"u8,
        PartKind.CallName => "name"u8,
        PartKind.Finish => "finish_reason"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Members of a choice that say something about the answer but hold none of it (vLLM, SGLang, Azure, Together).</summary>
    internal static bool IsPlainChoiceMember(in Utf8JsonReader reader) =>
        reader.ValueTextEquals("stop_reason"u8) || reader.ValueTextEquals("matched_stop"u8) || reader.ValueTextEquals("seed"u8)
        || reader.ValueTextEquals("content_filter_results"u8) || reader.ValueTextEquals("content_filter_offsets"u8);
}
