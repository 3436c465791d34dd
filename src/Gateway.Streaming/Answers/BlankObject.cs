using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Answers;

/// <summary>Writes an object as it looks at the start of a stream: what streams is empty.</summary>
internal static class BlankObject
{
    /// <param name="output">Takes the object, or its members.</param>
    /// <param name="json">What holds the object.</param>
    /// <param name="start">Its opening brace.</param>
    /// <param name="blanks">What is emptied.</param>
    internal static void Write(PooledBytes output, ReadOnlySpan<byte> json, int start, Blanks blanks)
    {
        output.Append((byte)'{');
        WriteMembers(output, json, start, blanks, isFirst: true);
        output.Append((byte)'}');
    }

    internal static void WriteMembers(PooledBytes output, ReadOnlySpan<byte> json, int start, Blanks blanks, bool isFirst)
    {
        JsonMembers members = new(json, start);
        while (members.TryNext(out JsonMember member))
        {
            ReadOnlySpan<byte> name = member.Name(json);
            if (blanks == Blanks.Call && name.SequenceEqual("index"u8))
                continue;
            ChunkWriter.Separate(output, ref isFirst);
            WriteName(output, name);
            Blanks below = Below(blanks, name);
            if (below != Blanks.None && member.Kind(json) == '{')
                Write(output, json, member.Start, below);
            else
                output.Append(IsBlank(blanks, name, member.Kind(json)) ? EmptyOf(member.Value(json), name) : member.Value(json));
        }
    }

    internal static void WriteName(PooledBytes output, ReadOnlySpan<byte> name)
    {
        output.Append((byte)'"');
        output.Append(name);
        output.Append("\":"u8);
    }

    private static Blanks Below(Blanks blanks, ReadOnlySpan<byte> name) => blanks switch
    {
        Blanks.Call when name.SequenceEqual("function"u8) => Blanks.Function,
        Blanks.Call when name.SequenceEqual("custom"u8) => Blanks.Custom,
        Blanks.Message when name.SequenceEqual("usage"u8) => Blanks.Counts,
        _ => Blanks.None,
    };

    private static bool IsBlank(Blanks blanks, ReadOnlySpan<byte> name, byte kind) => blanks switch
    {
        Blanks.Function => kind == '"' && name.SequenceEqual("arguments"u8),
        Blanks.Custom => kind == '"' && name.SequenceEqual("input"u8),
        Blanks.Message => name.SequenceEqual("content"u8) || IsStop(name),
        Blanks.Counts => name.SequenceEqual("output_tokens"u8),
        Blanks.Block => name.SequenceEqual("input"u8) ? kind == '{' : name.SequenceEqual("citations"u8) || IsBlockText(name),
        Blanks.Response => name.SequenceEqual("status"u8) || name.SequenceEqual("output"u8) || IsOfEnd(name),
        Blanks.Item => name.SequenceEqual("status"u8) || name.SequenceEqual("content"u8) || name.SequenceEqual("summary"u8)
            || (kind == '"' && (name.SequenceEqual("arguments"u8) || name.SequenceEqual("input"u8))),
        Blanks.WholeItem => name.SequenceEqual("status"u8),
        Blanks.Part => name.SequenceEqual("text"u8) || name.SequenceEqual("refusal"u8) || name.SequenceEqual("annotations"u8)
            || name.SequenceEqual("logprobs"u8),
        _ => false,
    };

    private static bool IsBlockText(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("text"u8) || name.SequenceEqual("thinking"u8) || name.SequenceEqual("signature"u8);

    private static bool IsStop(ReadOnlySpan<byte> name) => name.SequenceEqual("stop_reason"u8) || name.SequenceEqual("stop_sequence"u8);

    private static bool IsOfEnd(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("usage"u8) || name.SequenceEqual("incomplete_details"u8) || name.SequenceEqual("completed_at"u8);

    private static ReadOnlySpan<byte> EmptyOf(ReadOnlySpan<byte> value, ReadOnlySpan<byte> name)
    {
        if (value[0] == 'n' || IsStop(name) || IsOfEnd(name))
            return "null"u8;
        if (name.SequenceEqual("status"u8))
            return "\"in_progress\""u8;
        return value[0] switch
        {
            (byte)'"' => "\"\""u8,
            (byte)'[' => "[]"u8,
            (byte)'{' => "{}"u8,
            _ => "0"u8,
        };
    }
}
