using System.Numerics;

namespace Gateway.Tests.Limits;

/// <summary>The GCRA as its definition has it, with a theoretical arrival time, in exact fractions (ticks times limit).</summary>
internal sealed class NaiveRate(long limit, long frequency)
{
    private BigInteger _arrival;

    internal bool TryTake(long amount, long now)
    {
        BigInteger minute = (BigInteger)60 * frequency;
        BigInteger present = (BigInteger)now * limit;
        BigInteger next = BigInteger.Max(_arrival, present) + (minute * amount);
        if (next - present > minute * limit)
            return false;
        _arrival = next;
        return true;
    }
}
