using Gateway.Streaming.Requests;
using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Answers;

/// <summary>One member of <c>logprobs</c>: an array that is dealt out over the pieces of its text, so that no chunk has to hold it all.</summary>
internal struct LogprobTrack
{
    private JsonMember _member;
    private int _count;
    private int _written;
    private int _at;

    /// <summary>Belongs to the refusal, not to the content.</summary>
    internal bool IsRefusal { get; private set; }

    internal static LogprobTrack Of(ReadOnlySpan<byte> json, in JsonMember member)
    {
        LogprobTrack track = new() { _member = member, _at = member.Start + 1, _count = -1, IsRefusal = member.Name(json).SequenceEqual("refusal"u8) };
        if (member.Kind(json) != '[')
            return track;
        JsonElements elements = new(json, member.Start);
        do
            track._count++;
        while (elements.TryNext(out _));
        return track;
    }

    /// <summary>Writes the elements that belong to one piece of the text; a value that is no array whole.</summary>
    internal void WriteShare(PooledBytes output, ReadOnlySpan<byte> json, int piece, int pieces)
    {
        BlankObject.WriteName(output, _member.Name(json));
        if (_count < 0)
        {
            output.Append(_member.Value(json));
            return;
        }

        output.Append((byte)'[');
        int end = (int)((long)_count * (piece + 1) / pieces);
        for (bool isFirst = true; _written < end; _written++)
        {
            ChunkWriter.Separate(output, ref isFirst);
            JsonSpace.Skip(json, ref _at, (byte)',');
            int start = _at;
            _at = ValueSkipper.FindEnd(json, start, depth: 0);
            output.Append(json[start.._at]);
        }

        output.Append((byte)']');
    }
}
