using Gateway.Streaming.Rules;
using TestKit.Memory;

namespace Gateway.Streaming.Tests.Rules;

public sealed class FinishedChoicesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(FinishedChoices.MaxTracked)]
    public void All_EveryIndexOnce_IsTrueWithTheLast(int expected)
    {
        FinishedChoices finished = new(expected);
        finished.Add(-1);
        finished.Add(expected);
        finished.Add(int.MaxValue);
        for (int index = expected - 1; index >= 0; index--)
        {
            Assert.False(finished.All);
            finished.Add(index);
            finished.Add(index);
        }

        Assert.True(finished.All);
    }

    [Fact]
    public void Add_AbsurdExpectation_CostsLittle()
    {
        long allocated = AllocatedBytes.LowestOf(static () =>
        {
            FinishedChoices finished = new(int.MaxValue);
            finished.Add(1_000);
            finished.Add(int.MaxValue - 1);
            Assert.False(finished.All);
        });

        Assert.InRange(allocated, 0, 10_000);
    }
}
