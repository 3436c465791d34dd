using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Answers;

/// <summary>The events of a stream that is being written.</summary>
/// <param name="Output">Takes the bytes.</param>
/// <param name="MaxLength">Beyond it, whoever writes a piece gives up.</param>
internal readonly record struct BoundedEvents(PooledBytes Output, int MaxLength)
{
    internal bool IsFull => Output.Length > MaxLength;

    /// <summary>Begins an event that has its name in its data, too.</summary>
    internal void Begin(ReadOnlySpan<byte> name)
    {
        Output.Append("event: "u8);
        Output.Append(name);
        Output.Append("\ndata: {\"type\":\""u8);
        Output.Append(name);
        Output.Append((byte)'"');
    }

    /// <summary>Ends the data's object, and the event.</summary>
    internal void End() => Output.Append("}\n\n"u8);

    /// <summary>A member of the data that is a number.</summary>
    internal void Number(ReadOnlySpan<byte> name, int value)
    {
        Output.Append((byte)',');
        BlankObject.WriteName(Output, name);
        Output.AppendNumber(value);
    }

    /// <summary>A member of the data as it is written.</summary>
    internal void Value(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Output.Append((byte)',');
        BlankObject.WriteName(Output, name);
        Output.Append(value);
    }

    /// <summary>A string as it is written between its quotes.</summary>
    internal void Text(ReadOnlySpan<byte> name, ReadOnlySpan<byte> written)
    {
        Output.Append((byte)',');
        ChunkWriter.WriteText(Output, name, written);
    }

    /// <summary>A member of the data that is an object with blanks.</summary>
    internal void Blank(ReadOnlySpan<byte> name, ReadOnlySpan<byte> json, int start, Blanks blanks)
    {
        Output.Append((byte)',');
        BlankObject.WriteName(Output, name);
        BlankObject.Write(Output, json, start, blanks);
    }
}
