using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Answers;

/// <summary>The log probabilities of one choice.</summary>
internal ref struct LogprobShares(ReadOnlySpan<byte> json, Span<LogprobTrack> tracks)
{
    /// <summary>Chat has two, completions have four.</summary>
    internal const int MaxTracks = 8;

    private readonly ReadOnlySpan<byte> _json = json;
    private readonly Span<LogprobTrack> _tracks = tracks;
    private int _count;

    /// <summary>Whether the choice has any.</summary>
    internal bool Exist { get; private set; }

    /// <summary>False when there are too many members.</summary>
    internal bool TryRead(in JsonMember logprobs)
    {
        Exist = true;
        JsonMembers members = new(_json, logprobs.Start);
        while (members.TryNext(out JsonMember member))
        {
            if (_count == _tracks.Length)
                return false;
            _tracks[_count++] = LogprobTrack.Of(_json, member);
        }

        return true;
    }

    /// <summary>Writes what belongs to one piece of the content, or of the refusal.</summary>
    /// <param name="output">Takes the member, a comma before it.</param>
    /// <param name="piece">Number of the piece.</param>
    /// <param name="pieces">Pieces of the text.</param>
    /// <param name="ofRefusal">Only what belongs to the refusal, or all else; null for all.</param>
    internal readonly void Write(PooledBytes output, int piece, int pieces, bool? ofRefusal)
    {
        output.Append(",\"logprobs\":{"u8);
        bool isFirst = true;
        foreach (ref LogprobTrack track in _tracks[.._count])
        {
            if (ofRefusal is { } isRefusal && track.IsRefusal != isRefusal)
                continue;
            ChunkWriter.Separate(output, ref isFirst);
            track.WriteShare(output, _json, piece, pieces);
        }

        output.Append((byte)'}');
    }
}
