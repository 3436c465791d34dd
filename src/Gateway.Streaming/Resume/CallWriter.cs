namespace Gateway.Streaming.Resume;

/// <summary>Writes what the client has not of a delta's tool calls.</summary>
internal static class CallWriter
{
    internal static bool IsOfCall(PartKind kind) => kind is PartKind.Arguments or PartKind.CallName or PartKind.CallMember;

    /// <summary>Writes the member <c>tool_calls</c>.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="json">The chunk.</param>
    /// <param name="parts">From the first part of a call that is not skipped.</param>
    internal static void Write(PooledBytes output, ReadOnlySpan<byte> json, ReadOnlySpan<ChunkPart> parts)
    {
        output.Append("\"tool_calls\":["u8);
        bool isFirst = true;
        int last = -1;
        for (int i = 0; i < parts.Length; i++)
        {
            if (!IsOfCall(parts[i].Kind) || parts[i].IsSkipped || parts[i].CallElement == last)
                continue;
            last = parts[i].CallElement;
            ChunkWriter.Separate(output, ref isFirst);
            WriteCall(output, json, parts[i..], last);
        }

        output.Append((byte)']');
    }

    private static void WriteCall(PooledBytes output, ReadOnlySpan<byte> json, ReadOnlySpan<ChunkPart> parts, int element)
    {
        output.Append("{\"index\":"u8);
        output.AppendNumber(parts[0].Call);
        bool hasFunction = false;
        foreach (ref readonly ChunkPart part in parts)
        {
            if (!IsOfCall(part.Kind) || part.IsSkipped || part.CallElement != element)
                continue;
            if (part.Kind == PartKind.CallMember)
            {
                output.Append((byte)',');
                output.Append(part.Of(json));
            }
            else
            {
                hasFunction = true;
            }
        }

        if (hasFunction)
            WriteFunction(output, json, parts, element);
        output.Append((byte)'}');
    }

    private static void WriteFunction(PooledBytes output, ReadOnlySpan<byte> json, ReadOnlySpan<ChunkPart> parts, int element)
    {
        output.Append(",\"function\":{"u8);
        bool isFirst = true;
        foreach (ref readonly ChunkPart part in parts)
        {
            if (part.Kind is not (PartKind.Arguments or PartKind.CallName) || part.IsSkipped || part.CallElement != element)
                continue;
            ChunkWriter.Separate(output, ref isFirst);
            ChunkWriter.WriteText(output, ChunkNames.NameOf(part.Kind), part.RestOf(json));
        }

        output.Append((byte)'}');
    }
}
