namespace Gateway.Streaming.Requests;

/// <summary>Where one top-level member (<c>"name": value</c>) of a request body lies, in byte offsets from the body's first byte.</summary>
/// <param name="Start">The opening quote of the name.</param>
/// <param name="NameEnd">Past the closing quote of the name.</param>
/// <param name="ValueStart">The value's first byte.</param>
/// <param name="End">Past the value's last byte.</param>
/// <param name="HasEscapes">The name is written with escapes.</param>
/// <param name="IsNull">The value is <c>null</c>, which counts as absent.</param>
public readonly record struct BodyMember(int Start, int NameEnd, int ValueStart, int End, bool HasEscapes, bool IsNull)
{
    public int ValueLength => End - ValueStart;

    /// <summary>The value as it is written in <paramref name="body"/>.</summary>
    public ReadOnlySpan<byte> ValueIn(ReadOnlySpan<byte> body) => body[ValueStart..End];

    /// <summary>Whether the decoded name is <paramref name="name"/> (UTF-8, unescaped).</summary>
    public bool IsNamed(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> written = body[(Start + 1)..(NameEnd - 1)];
        return HasEscapes ? EscapedText.Equals(written, name) : written.SequenceEqual(name);
    }
}
