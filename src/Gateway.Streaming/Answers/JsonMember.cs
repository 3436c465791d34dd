namespace Gateway.Streaming.Answers;

/// <summary>Where a member of an object, or an element of an array, is written.</summary>
/// <param name="NameStart">Start of the name behind its quote.</param>
/// <param name="NameLength">Length of the name as written; 0 for an element.</param>
/// <param name="Start">First byte of the value.</param>
/// <param name="Length">Length of the value.</param>
internal readonly record struct JsonMember(int NameStart, int NameLength, int Start, int Length)
{
    internal bool IsAbsent => Length == 0;

    internal ReadOnlySpan<byte> Name(ReadOnlySpan<byte> json) => json.Slice(NameStart, NameLength);

    internal ReadOnlySpan<byte> Value(ReadOnlySpan<byte> json) => json.Slice(Start, Length);

    /// <summary>The first byte of the value, which tells its kind; 0 when the member is absent.</summary>
    internal byte Kind(ReadOnlySpan<byte> json) => IsAbsent ? (byte)0 : json[Start];

    /// <summary>A string as written between its quotes.</summary>
    internal ReadOnlySpan<byte> Text(ReadOnlySpan<byte> json) => json.Slice(Start + 1, Length - 2);

    /// <summary>Whether the value says something: no <c>null</c>, no empty string, not 0.</summary>
    internal bool IsFilled(ReadOnlySpan<byte> json) =>
        !IsAbsent && json[Start] != 'n' && !Value(json).SequenceEqual("\"\""u8) && !Value(json).SequenceEqual("0"u8);
}
