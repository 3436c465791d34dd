using System.Globalization;
using System.Text;
using Gateway.Streaming.Resume;

namespace Gateway.Configuration;

/// <summary>The SHA-256 of a client key: all that is kept of one. Prints <c>***</c>, since a short key could be guessed from it.</summary>
internal readonly struct KeyHash : IEquatable<KeyHash>
{
    private const int HexLength = 64;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private KeyHash(UInt128 high, UInt128 low) => (_high, _low) = (high, low);

    /// <summary>64 lower-case hex digits, as <c>key-sha256</c> takes them.</summary>
    public string Hex => _high.ToString("x32", CultureInfo.InvariantCulture) + _low.ToString("x32", CultureInfo.InvariantCulture);

    public static KeyHash Of(ReadOnlySpan<byte> key)
    {
        TextDigest digest = TextDigest.Of(key);
        return new(digest.High, digest.Low);
    }

    public static KeyHash Of(string key) => Of(Encoding.UTF8.GetBytes(key));

    /// <summary>Null: not 64 hex digits.</summary>
    public static KeyHash? Parse(string hex)
    {
        if (hex.Length != HexLength || !hex.All(char.IsAsciiHexDigit))
            return null;

        return new(Word(hex.AsSpan(0, HexLength / 2)), Word(hex.AsSpan(HexLength / 2)));
    }

    /// <summary>0 when equal. No branch: the time says nothing about how much agrees.</summary>
    public ulong Difference(in KeyHash other)
    {
        UInt128 difference = (_high ^ other._high) | (_low ^ other._low);
        return (ulong)(difference >> 64) | (ulong)difference;
    }

    public bool Equals(KeyHash other) => Difference(other) == 0;

    public override bool Equals(object? obj) => obj is KeyHash other && Equals(other);

    public override int GetHashCode() => _low.GetHashCode();

    public override string ToString() => "***";

    private static UInt128 Word(ReadOnlySpan<char> hex) => UInt128.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
