using System.Diagnostics;
using System.Globalization;

namespace Gateway.Limits;

/// <summary>
/// Numbers as texts for headers. A number that was written lately is not made a text again: it is formatted on the stack and compared with what its place
/// holds. Safe to call from many threads: whoever loses a place has made one text more.
/// </summary>
/// <param name="placesLog2">Texts to keep, as a power of two.</param>
internal sealed class NumberTexts(int placesLog2)
{
    private const int MostDigits = 20;

    // Fibonacci hashing: limits are round numbers, whose low bits are alike.
    private const ulong Spread = 0x9E37_79B9_7F4A_7C15;

    private readonly string?[] _texts = new string?[1 << placesLog2];

    /// <summary>Allocates only when the number was not the last one in its place: a text of 24 to 64 bytes.</summary>
    internal string Of(long value)
    {
        Span<char> digits = stackalloc char[MostDigits];
        bool isWhole = value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        Debug.Assert(isWhole, "no long has more digits");
        ref string? place = ref _texts[(int)(((ulong)value * Spread) >> (64 - placesLog2))];
        string? known = place;
        return known is not null && digits[..length].SequenceEqual(known) ? known : place = digits[..length].ToString();
    }
}
