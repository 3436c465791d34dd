using System.Globalization;

namespace Gateway.Configuration.Schema;

/// <summary>Sizes as users write them: <c>64KiB</c>, <c>45MiB</c>, <c>1GiB</c>; a bare number is bytes.</summary>
internal static class SizeText
{
    private static readonly (string Unit, long Bytes)[] Units = [("", 1), ("B", 1), ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30)];

    /// <returns>Null when it parsed; else what is wrong with it.</returns>
    public static string? Parse(string text, out long bytes)
    {
        bytes = 0;
        int digits = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        if (!long.TryParse(text.AsSpan(0, digits), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            return "not a size";

        int unit = Array.FindIndex(Units, candidate => text.AsSpan(digits).SequenceEqual(candidate.Unit));
        if (unit < 0)
            return "not a size";

        if (number < 0)
            return "a size cannot be negative";

        if (number > long.MaxValue / Units[unit].Bytes)
            return "too large";

        bytes = number * Units[unit].Bytes;
        return null;
    }

    public static string Format(long bytes)
    {
        for (int i = Units.Length - 1; i > 1; i--)
        {
            if (bytes >= Units[i].Bytes && bytes % Units[i].Bytes == 0)
                return $"{bytes / Units[i].Bytes}{Units[i].Unit}";
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }
}
