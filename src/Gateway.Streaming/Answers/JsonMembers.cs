using Gateway.Streaming.Requests;

namespace Gateway.Streaming.Answers;

/// <summary>Goes through the members of an object that <see cref="ValueSkipper"/> has found valid.</summary>
/// <param name="json">What holds the object.</param>
/// <param name="start">Its opening brace.</param>
internal ref struct JsonMembers(ReadOnlySpan<byte> json, int start)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _at = start + 1;

    internal bool TryNext(out JsonMember member)
    {
        member = default;
        if (JsonSpace.Skip(_json, ref _at, (byte)',') != '"')
            return false;
        int nameStart = _at + 1;
        _at = ValueSkipper.FindEnd(_json, _at, depth: 0);
        int nameLength = _at - 1 - nameStart;
        JsonSpace.Skip(_json, ref _at, (byte)':');
        int valueStart = _at;
        _at = ValueSkipper.FindEnd(_json, valueStart, depth: 0);
        member = new(nameStart, nameLength, valueStart, _at - valueStart);
        return true;
    }
}
