using Gateway.Load.Arrivals;
using Gateway.Load.Settings;

namespace Gateway.Load.Requests;

/// <summary>A distribution of token counts or turns; samples are whole and at least 1.</summary>
internal sealed record LengthDistribution(LengthShape Shape, double First, double Second)
{
    /// <summary>A sample beyond is a mistake of the distribution's tail, not a request anybody sends.</summary>
    public const int Longest = 1_000_000;

    public static LengthDistribution Fixed(int length) => new(LengthShape.Fixed, length, 0);

    /// <summary>Reads <c>128</c>, <c>normal:MEAN:DEVIATION</c>, <c>lognormal:MEDIAN:SIGMA</c>, <c>uniform:FROM:TO</c>.</summary>
    public static bool TryParse(string text, out LengthDistribution? result)
    {
        string[] parts = text.Split(':');
        LengthShape? shape = parts switch
        {
            [_] => LengthShape.Fixed,
            ["normal", _, _] => LengthShape.Normal,
            ["lognormal", _, _] => LengthShape.LogNormal,
            ["uniform", _, _] => LengthShape.Uniform,
            _ => null,
        };
        double second = 0;
        bool valid = NumberText.TryParse(parts.Length == 1 ? parts[0] : parts[1], out double first) && first is >= 1 and <= Longest
            && (parts.Length == 1 || NumberText.TryParse(parts[^1], out second));
        result = shape is { } known && valid ? new(known, first, second) : null;
        return result is not null;
    }

    public int Sample(Random random)
    {
        double value = Shape switch
        {
            LengthShape.Normal => First + (Second * Draws.Normal(random)),
            LengthShape.LogNormal => First * Math.Exp(Second * Draws.Normal(random)),
            LengthShape.Uniform => First + ((Second - First) * random.NextDouble()),
            _ => First,
        };
        return (int)Math.Clamp(Math.Round(value), 1, Longest);
    }
}
