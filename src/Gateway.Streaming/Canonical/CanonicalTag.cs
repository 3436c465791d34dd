namespace Gateway.Streaming.Canonical;

/// <summary>Begins each token of the canonical form. None of these bytes occurs in UTF-8, so no text can be taken for a token.</summary>
internal static class CanonicalTag
{
    internal const byte ObjectStart = 0xF8;
    internal const byte ObjectEnd = 0xF9;
    internal const byte ArrayStart = 0xFA;
    internal const byte ArrayEnd = 0xFB;
    internal const byte Text = 0xFC;
    internal const byte Number = 0xFD;
    internal const byte Literal = 0xFE;
}
