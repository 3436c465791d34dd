using System.Buffers;

namespace Gateway.Streaming.Resume;

/// <summary>A text of the new attempt against what the client has of it.</summary>
internal sealed class ReplayText(TextHash recorded)
{
    private readonly TextDigest _expected = recorded.Digest();
    private readonly TextHash _hash = new();
    private long _left = recorded.Length;

    /// <summary>Whether the client's text has come again, and was the same.</summary>
    internal bool IsReached => _left == 0;

    /// <summary>Takes the next piece of the text.</summary>
    /// <param name="pool">For a buffer.</param>
    /// <param name="written">As it is written between its quotes.</param>
    /// <param name="skip">How much of that the client has.</param>
    /// <returns>False when the texts differ.</returns>
    internal bool TryTake(ArrayPool<byte> pool, ReadOnlySpan<byte> written, out int skip)
    {
        skip = 0;
        if (IsReached)
            return true;
        using DecodedText text = new(pool, written);
        if (!text.IsWhole)
            return false;
        int taken = (int)Math.Min(_left, text.Utf8Text.Length);
        _hash.Append(text.Utf8Text[..taken]);
        _left -= taken;
        if (IsReached && _hash.Digest() != _expected)
            return false;
        // The recorded text ends with a whole character, and so does an equal one.
        skip = taken == text.Utf8Text.Length ? written.Length : WrittenText.OffsetOf(written, taken);
        return skip >= 0;
    }
}
