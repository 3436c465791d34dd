using Gateway.Streaming.Requests;

namespace Gateway.Streaming.Answers;

/// <summary>Goes through the elements of an array that <see cref="ValueSkipper"/> has found valid.</summary>
/// <param name="json">What holds the array.</param>
/// <param name="start">Its opening bracket.</param>
internal ref struct JsonElements(ReadOnlySpan<byte> json, int start)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _at = start + 1;

    internal bool TryNext(out JsonMember element)
    {
        element = default;
        if (JsonSpace.Skip(_json, ref _at, (byte)',') == ']')
            return false;
        int valueStart = _at;
        _at = ValueSkipper.FindEnd(_json, valueStart, depth: 0);
        element = new(0, 0, valueStart, _at - valueStart);
        return true;
    }
}
