using System.Globalization;
using Gateway.Limits;
using TestKit.Memory;

namespace Gateway.Tests.Limits;

public class NumberTextsTests
{
    /// <summary>Two places for numbers of every length: nearly all of them push another one out.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void Of_AnyNumbers_AreWrittenAsTheyAre(int placesLog2)
    {
        NumberTexts texts = new(placesLog2);
        Random random = new(7);
        for (int i = 0; i < 20_000; i++)
        {
            long value = random.NextInt64() >> random.Next(0, 64);
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture), texts.Of(value));
        }

        Assert.Equal("-9223372036854775808", texts.Of(long.MinValue));
    }

    [Fact]
    public void Of_NumbersOfLately_AreTheSameTexts()
    {
        NumberTexts texts = new(placesLog2: 12);
        long allocated = AllocatedBytes.LowestOf(() =>
        {
            for (long value = 199_999_900; value < 200_000_000; value++)
                texts.Of(value);
        });

        Assert.Equal(0, allocated);
        Assert.Same(texts.Of(10_000_000), texts.Of(10_000_000));
    }
}
