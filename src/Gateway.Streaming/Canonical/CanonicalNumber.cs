using System.Diagnostics;
using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Canonical;

/// <summary>A number as an exact decimal: sign, digits without zeros at either end, power of ten. <c>1</c>, <c>1.0</c> and <c>10e-1</c> are one.</summary>
internal static class CanonicalNumber
{
    /// <summary>Digits of an exponent; no upstream computes with more.</summary>
    internal const int MaxExponentDigits = 15;

    /// <param name="json">Valid JSON.</param>
    /// <param name="at">The number's first byte; then past its last.</param>
    /// <param name="output">Takes the canonical form.</param>
    /// <returns>False when the exponent is too long.</returns>
    internal static bool TryWrite(ReadOnlySpan<byte> json, ref int at, PooledBytes output)
    {
        output.Append(CanonicalTag.Number);
        int sign = output.Length;
        if (json[at] == '-')
        {
            output.Append((byte)'-');
            at++;
        }

        int start = output.Length;
        long exponent = -WriteDigits(json, ref at, output, start);
        if (at < json.Length && json[at] is (byte)'e' or (byte)'E')
        {
            if (!TryReadExponent(json, ref at, out long written))
                return false;
            exponent += written;
        }

        ReadOnlySpan<byte> digits = output.Span[start..];
        int significant = digits.LastIndexOfAnyExcept((byte)'0') + 1;
        if (significant == 0)
        {
            // Zero has no sign.
            output.Truncate(sign);
            return true;
        }

        exponent += digits.Length - significant;
        output.Truncate(start + significant);
        output.Append((byte)'e');
        output.AppendNumber(exponent);
        return true;
    }

    /// <summary>Writes integer and fraction without leading zeros; says how many digits the fraction has.</summary>
    private static int WriteDigits(ReadOnlySpan<byte> json, ref int at, PooledBytes output, int start)
    {
        int fractionStart = -1;
        for (; at < json.Length; at++)
        {
            byte digit = json[at];
            if (digit == '.')
                fractionStart = at + 1;
            else if (digit is < (byte)'0' or > (byte)'9')
                break;
            else if (digit != '0' || output.Length > start)
                output.Append(digit);
        }

        return fractionStart < 0 ? 0 : at - fractionStart;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> json, ref int at, out long exponent)
    {
        at++;
        bool isNegative = json[at] == '-';
        if (json[at] is (byte)'-' or (byte)'+')
            at++;
        exponent = 0;
        int digits = 0;
        for (; at < json.Length && json[at] is >= (byte)'0' and <= (byte)'9'; at++)
        {
            digits += exponent > 0 || json[at] != '0' ? 1 : 0;
            if (digits > MaxExponentDigits)
                return false;
            exponent = (exponent * 10) + (json[at] - '0');
        }

        Debug.Assert(exponent >= 0, "Fifteen digits fit.");
        exponent = isNegative ? -exponent : exponent;
        return true;
    }
}
