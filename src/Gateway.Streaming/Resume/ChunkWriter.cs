namespace Gateway.Streaming.Resume;

/// <summary>Writes chunks of the new attempt as chunks of the first: with its id, and without what the client has.</summary>
/// <param name="endpoint">Chat or completions.</param>
/// <param name="id">The answer's id as it is written; null to leave ids as they are.</param>
internal sealed class ChunkWriter(Endpoint endpoint, byte[]? id)
{
    /// <summary>Byte for byte but for the id.</summary>
    internal void WriteWhole(PooledBytes output, ReadOnlySpan<byte> json, ReadOnlySpan<ChunkPart> parts)
    {
        int written = 0;
        foreach (ref readonly ChunkPart part in parts)
        {
            if (part.Kind != PartKind.Id || id is null)
                continue;
            output.Append(json[written..part.Start]);
            output.Append(id);
            written = part.Start + part.Length;
        }

        output.Append(json[written..]);
    }

    /// <summary>What is not skipped, as it is written; members that the client has, or that are empty, are left out.</summary>
    internal void WriteRest(PooledBytes output, ReadOnlySpan<byte> json, ReadOnlySpan<ChunkPart> parts)
    {
        output.Append((byte)'{');
        bool isFirst = true;
        for (int i = 0; i < parts.Length; i++)
        {
            ref readonly ChunkPart part = ref parts[i];
            if (part.Kind is not (PartKind.Member or PartKind.Id or PartKind.Choices))
                continue;
            Separate(output, ref isFirst);
            if (part.Kind == PartKind.Member)
                output.Append(part.Of(json));
            else if (part.Kind == PartKind.Id)
                WriteText(output, "id"u8, id ?? part.Of(json));
            else
                WriteChoices(output, json, parts[(i + 1)..]);
        }

        output.Append((byte)'}');
    }

    /// <summary>The parts of the choice at <paramref name="start"/>.</summary>
    internal static Span<ChunkPart> PartsOf(Span<ChunkPart> parts, int start) => parts[(start + 1)..NextChoice(parts, start + 1)];

    /// <summary>Where the parts of a choice, or of the chunk, that start at <paramref name="start"/> end.</summary>
    internal static int NextChoice(ReadOnlySpan<ChunkPart> parts, int start)
    {
        while (start < parts.Length && parts[start].Kind < PartKind.Choice)
            start++;
        return start;
    }

    private void WriteChoices(PooledBytes output, ReadOnlySpan<byte> json, ReadOnlySpan<ChunkPart> parts)
    {
        output.Append("\"choices\":["u8);
        bool isFirst = true;
        for (int i = 0; i < parts.Length && parts[i].Kind <= PartKind.Choice; i = NextChoice(parts, i + 1))
        {
            if (parts[i].Outcome == ChoiceOutcome.Drop)
                continue;
            Separate(output, ref isFirst);
            if (parts[i].Outcome == ChoiceOutcome.Keep)
                output.Append(parts[i].Of(json));
            else
                WriteChoice(output, json, parts[i].Choice, parts[(i + 1)..NextChoice(parts, i + 1)]);
        }

        output.Append((byte)']');
    }

    private void WriteChoice(PooledBytes output, ReadOnlySpan<byte> json, int index, ReadOnlySpan<ChunkPart> parts)
    {
        output.Append("{\"index\":"u8);
        output.AppendNumber(index);
        // Clients expect the endpoint's own member in every choice; the other one only if a server really sent it.
        bool isCompletion = endpoint == Endpoint.Completions;
        if (isCompletion || HasRest(parts, PartKind.Text, PartKind.Text))
            WriteCompletion(output, json, parts);
        if (!isCompletion || HasRest(parts, PartKind.Content, PartKind.Refusal) || HasRest(parts, PartKind.Arguments, PartKind.CallMember))
            WriteDelta(output, json, parts);
        foreach (ref readonly ChunkPart part in parts)
        {
            if (part.Kind is not (PartKind.ChoiceMember or PartKind.Finish))
                continue;
            output.Append((byte)',');
            if (part.Kind == PartKind.ChoiceMember)
                output.Append(part.Of(json));
            else
                WriteText(output, ChunkNames.NameOf(part.Kind), part.Of(json));
        }

        output.Append((byte)'}');
    }

    private static void WriteCompletion(PooledBytes output, ReadOnlySpan<byte> json, ReadOnlySpan<ChunkPart> parts)
    {
        ReadOnlySpan<byte> rest = default;
        foreach (ref readonly ChunkPart part in parts)
        {
            if (part.Kind == PartKind.Text)
                rest = part.RestOf(json);
        }

        output.Append((byte)',');
        WriteText(output, ChunkNames.NameOf(PartKind.Text), rest);
    }

    private static bool HasRest(ReadOnlySpan<ChunkPart> parts, PartKind first, PartKind last)
    {
        foreach (ref readonly ChunkPart part in parts)
        {
            if (part.Kind >= first && part.Kind <= last && !part.IsSkipped)
                return true;
        }

        return false;
    }

    private static void WriteDelta(PooledBytes output, ReadOnlySpan<byte> json, ReadOnlySpan<ChunkPart> parts)
    {
        output.Append(",\"delta\":{"u8);
        bool isFirst = true;
        int calls = -1;
        for (int i = 0; i < parts.Length; i++)
        {
            ref readonly ChunkPart part = ref parts[i];
            if (part.IsSkipped)
                continue;
            if (part.Kind <= PartKind.Refusal)
            {
                Separate(output, ref isFirst);
                WriteText(output, ChunkNames.NameOf(part.Kind), part.RestOf(json));
            }
            else if (part.Kind == PartKind.Role)
            {
                Separate(output, ref isFirst);
                output.Append(part.Of(json));
            }
            else if (calls < 0 && CallWriter.IsOfCall(part.Kind))
            {
                calls = i;
            }
        }

        if (calls >= 0)
        {
            Separate(output, ref isFirst);
            CallWriter.Write(output, json, parts[calls..]);
        }

        output.Append((byte)'}');
    }

    internal static void WriteText(PooledBytes output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> written)
    {
        output.Append((byte)'"');
        output.Append(name);
        output.Append("\":\""u8);
        output.Append(written);
        output.Append((byte)'"');
    }

    internal static void Separate(PooledBytes output, ref bool isFirst)
    {
        if (!isFirst)
            output.Append((byte)',');
        isFirst = false;
    }
}
