using Gateway.Caching.Store;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store;

public class PurgeLogTests
{
    private readonly PurgeLog _log = new();

    [Fact]
    public void Covers_PurgesSinceThatMeanIt_Only()
    {
        _log.Add(new("a", null));
        PurgeMark began = new(_log.Count);
        Assert.False(_log.Covers(Answer(model: "a"), began));

        _log.Add(new("b", null));
        Assert.False(_log.Covers(Answer(model: "a"), began));
        Assert.True(_log.Covers(Answer(model: "b"), began));
        Assert.False(_log.Covers(Answer(model: "b"), new(_log.Count)));
    }

    [Theory]
    [InlineData(PurgeLog.Capacity - 1, false)]
    [InlineData(PurgeLog.Capacity, false)]
    [InlineData(PurgeLog.Capacity + 1, true)]
    public void Covers_MorePurgesThanAreRemembered_Everything(int purges, bool covered)
    {
        PurgeMark began = new(_log.Count);
        for (int i = 0; i < purges; i++)
            _log.Add(new("other", null));

        Assert.Equal(covered, _log.Covers(Answer(model: "a"), began));
    }
}
