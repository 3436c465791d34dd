using Gateway.Limits;

namespace Gateway.Tests.Limits;

public class LimitBucketTests
{
    public static TheoryData<long, long, int> Sequences
    {
        get
        {
            TheoryData<long, long, int> data = [];
            long[] limits = [1, 3, 7, 60, 999, 40_000, 1_000_000_000_000];
            for (int seed = 1; seed <= 3; seed++)
            {
                foreach (long limit in limits)
                {
                    data.Add(limit, TimeSpan.TicksPerSecond, seed);
                    data.Add(limit, 1_000_000_000, seed);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Take_RandomSequence_DecidesAsTheDefinitionAndHoldsTheBound(long limit, long frequency, int seed)
    {
        Random random = new(seed);
        LimitBucket bucket = new(frequency);
        NaiveRate naive = new(limit, frequency);
        List<(long At, long Amount)> taken = [];
        long now = random.NextInt64(1, 1L << 50);
        for (int i = 0; i < 400; i++)
        {
            now += random.Next(4) == 0 ? 0 : random.NextInt64(0, 1 + (frequency * (1L << random.Next(0, 7)) / 2));
            long amount = 1 + random.NextInt64(0, Math.Max(1, limit / 4));
            bucket.Advance(limit, now);
            bool fits = bucket.WaitFor(amount) == TimeSpan.Zero;
            Assert.Equal(naive.TryTake(amount, now), fits);
            if (!fits)
                continue;
            bucket.Take(amount);
            taken.Add((now, amount));
        }

        Assert.NotEmpty(taken);
        AssertBound(taken, limit, frequency);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(1_000_000)]
    public void WaitFor_Full_IsExactlyWhenItFits(long limit)
    {
        LimitBucket bucket = new(TimeSpan.TicksPerSecond);
        bucket.Advance(limit, 5);
        bucket.Take(limit);
        TimeSpan wait = bucket.WaitFor(1);
        Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));

        bucket.Advance(limit, 5 + wait.Ticks);
        Assert.Equal(TimeSpan.Zero, bucket.WaitFor(1));
        if (wait > TimeSpan.FromMilliseconds(1))
        {
            LimitBucket early = new(TimeSpan.TicksPerSecond);
            early.Advance(limit, 5);
            early.Take(limit);
            early.Advance(limit, 5 + wait.Ticks - 1);
            Assert.NotEqual(TimeSpan.Zero, early.WaitFor(1));
        }
    }

    [Fact]
    public void Standing_AfterTaking_TellsWhatIsLeftAndWhenItIsWhole()
    {
        LimitBucket bucket = new(TimeSpan.TicksPerSecond);
        bucket.Advance(60, 0);
        Assert.Equal(new LimitStanding(60, 60, TimeSpan.Zero), bucket.Standing);
        bucket.Take(2);
        Assert.Equal(new LimitStanding(60, 58, TimeSpan.FromSeconds(2)), bucket.Standing);
        bucket.Advance(60, TimeSpan.TicksPerSecond / 2);
        Assert.Equal(new LimitStanding(60, 58, TimeSpan.FromSeconds(1.5)), bucket.Standing);
        bucket.Take(100);
        Assert.Equal(new LimitStanding(60, 0, TimeSpan.FromSeconds(101.5)), bucket.Standing);
    }

    [Fact]
    public void Correct_GivingBackMoreThanIsThere_IsNeverMoreThanEmpty()
    {
        LimitBucket bucket = new(TimeSpan.TicksPerSecond);
        bucket.Advance(60, 0);
        bucket.Take(30);
        bucket.Correct(-30, TimeSpan.FromSeconds(20).Ticks);
        Assert.Equal(new LimitStanding(60, 60, TimeSpan.Zero), bucket.Standing);
    }

    [Fact]
    public void Clock_StepsBack_GivesNothing()
    {
        LimitBucket bucket = new(TimeSpan.TicksPerSecond);
        bucket.Advance(1, 1_000_000_000);
        bucket.Take(1);
        bucket.Advance(1, 5);
        Assert.NotEqual(TimeSpan.Zero, bucket.WaitFor(1));
        bucket.Advance(1, 1_000_000_000 + TimeSpan.FromSeconds(59).Ticks);
        Assert.NotEqual(TimeSpan.Zero, bucket.WaitFor(1));
    }

    /// <summary>Any T seconds admit at most N(1 + T/60).</summary>
    private static void AssertBound(List<(long At, long Amount)> taken, long limit, long frequency)
    {
        for (int from = 0; from < taken.Count; from++)
        {
            Int128 sum = 0;
            for (int to = from; to < taken.Count; to++)
            {
                sum += taken[to].Amount;
                Int128 elapsed = taken[to].At - taken[from].At;
                Assert.True(sum * 60 * frequency <= limit * ((60 * (Int128)frequency) + elapsed));
            }
        }
    }
}
