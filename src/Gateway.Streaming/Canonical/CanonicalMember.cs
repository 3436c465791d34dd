namespace Gateway.Streaming.Canonical;

/// <summary>A member of an object that is about to be sorted, or whose names must differ.</summary>
/// <param name="NameStart">Of the decoded name, in the buffer that its user knows.</param>
/// <param name="NameLength">Of the decoded name.</param>
/// <param name="ValueStart">The value's first byte in the body.</param>
internal readonly record struct CanonicalMember(int NameStart, int NameLength, int ValueStart);
