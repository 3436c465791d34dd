using Gateway.Caching.Store;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store;

public class CachedAnswerTests
{
    [Fact]
    public void TakeRefresh_ManyAtOnce_OneIsToAskUntilTheBreakIsOver()
    {
        CachedAnswer answer = Answer();
        int taken = 0;
        Parallel.For(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
        {
            if (answer.TakeRefresh(Epoch))
                Interlocked.Increment(ref taken);
        });

        Assert.Equal(1, taken);
        Assert.False(answer.TakeRefresh(Epoch.AddSeconds(29.9)));
        Assert.True(answer.TakeRefresh(Epoch.AddSeconds(30)));
        Assert.False(answer.TakeRefresh(Epoch.AddSeconds(30)));
    }
}
