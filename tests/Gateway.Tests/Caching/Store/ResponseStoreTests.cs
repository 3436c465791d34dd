using System.Text;
using Gateway.Caching;
using Gateway.Caching.Store;
using TestKit.Clocks;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store;

/// <summary>What every store does, whichever engine it has.</summary>
public abstract class ResponseStoreTests
{
    private const long Plenty = 64 << 20;

    private protected abstract IResponseStore NewStore(long maxBytes, TimeProvider time);

    [Fact]
    public async Task FindAsync_NothingKept_Null()
    {
        await using IResponseStore store = NewStore(Plenty, new ManualTimeProvider());

        Assert.Null(await store.FindAsync(Key(1), CancellationToken.None));
        Assert.Equal(0, store.Status.Entries);
    }

    [Fact]
    public async Task FindAsync_AnswerKept_IsThatAnswer()
    {
        await using IResponseStore store = NewStore(Plenty, new WallClock());
        CachedAnswer kept = Answer("{\"a\":1}", "model", "key", now: new WallClock().GetUtcNow()) with { Shape = AnswerShape.Stream, Usage = new(1, 2, 3, 4) };

        store.Keep(Key(1), kept);
        CachedAnswer? found = await store.FindAsync(Key(1), CancellationToken.None);

        Assert.NotNull(found);
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(found.Body));
        Assert.Equal(kept with { Body = found.Body }, found);
        Assert.Null(await store.FindAsync(Key(2), CancellationToken.None));
    }

    [Fact]
    public async Task Keep_SameKeyTwice_TheLaterOneIsFound()
    {
        await using IResponseStore store = NewStore(Plenty, new WallClock());

        store.Keep(Key(1), Answer("{}", now: new WallClock().GetUtcNow()));
        store.Keep(Key(1), Answer("{\"b\":2}", now: new WallClock().GetUtcNow()));

        Assert.Equal("{\"b\":2}", Encoding.UTF8.GetString((await store.FindAsync(Key(1), CancellationToken.None))!.Body));
        Assert.Equal(1, store.Status.Entries);
    }

    [Fact]
    public async Task FindAsync_NoLongerFresh_IsFoundUntilItIsNotEvenStale()
    {
        WallClock clock = new();
        await using IResponseStore store = NewStore(Plenty, clock);
        store.Keep(Key(1), Answer(fresh: 60, stale: 120, now: clock.GetUtcNow()));

        clock.Advance(TimeSpan.FromSeconds(119));
        Assert.True((await store.FindAsync(Key(1), CancellationToken.None))!.FreshUntil < clock.GetUtcNow());
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await store.FindAsync(Key(1), CancellationToken.None));
    }

    [Fact]
    public async Task PurgeAsync_ByModelByKeyAndAll_ForgetsThose()
    {
        await using IResponseStore store = NewStore(Plenty, new WallClock());
        DateTimeOffset now = new WallClock().GetUtcNow();
        store.Keep(Key(1), Answer(model: "a", keyId: "x", now: now));
        store.Keep(Key(2), Answer(model: "a", keyId: "y", now: now));
        store.Keep(Key(3), Answer(model: "b", keyId: "x", now: now));
        store.Keep(Key(4), Answer(model: "c", keyId: "z", now: now));

        await store.PurgeAsync(new("a", "x"), CancellationToken.None);
        Assert.Equal(new bool[] { false, true, true, true }, await PresentAsync(store));
        await store.PurgeAsync(new("upstream-b", null), CancellationToken.None);
        Assert.Equal(new bool[] { false, true, false, true }, await PresentAsync(store));
        await store.PurgeAsync(new(null, "y"), CancellationToken.None);
        Assert.Equal(new bool[] { false, false, false, true }, await PresentAsync(store));
        await store.PurgeAsync(default, CancellationToken.None);
        Assert.Equal(new bool[] { false, false, false, false }, await PresentAsync(store));
    }

    [Fact]
    public async Task Keep_BegunBeforeAPurgeThatMeansIt_IsNotKept()
    {
        await using IResponseStore store = NewStore(Plenty, new WallClock());
        DateTimeOffset now = new WallClock().GetUtcNow();
        PurgeMark before = store.Mark();
        await store.PurgeAsync(new("a", null), CancellationToken.None);

        store.Keep(Key(1), Answer(model: "a", now: now), before);
        store.Keep(Key(2), Answer(model: "b", now: now), before);
        store.Keep(Key(3), Answer(model: "a", now: now), store.Mark());

        Assert.Equal(new bool[] { false, true, true, false }, await PresentAsync(store));
    }

    [Theory]
    [InlineData("a", null, true)]
    [InlineData("upstream-a", null, true)]
    [InlineData("b", null, false)]
    [InlineData("a", "k", false)]
    [InlineData(null, "key", true)]
    [InlineData(null, null, true)]
    public async Task IsPurged_PurgeSinceThen_ThatMeansTheAnswer(string? model, string? keyId, bool expected)
    {
        await using IResponseStore store = NewStore(Plenty, new WallClock());
        CacheQuestion question = new(Key(1), default, new(), "a", "upstream-a", "key");
        PurgeMark before = store.Mark();
        Assert.False(store.IsPurged(before, question));
        await store.PurgeAsync(new(model, keyId), CancellationToken.None);

        Assert.Equal(expected, store.IsPurged(before, question));
        Assert.False(store.IsPurged(store.Mark(), question));
    }

    private static async Task<bool[]> PresentAsync(IResponseStore store)
    {
        bool[] present = new bool[4];
        for (int i = 0; i < present.Length; i++)
            present[i] = await store.FindAsync(Key(i + 1), CancellationToken.None) is not null;
        return present;
    }

    /// <summary>An engine may look at the machine's own clock too, so this one starts there.</summary>
    private protected sealed class WallClock : TimeProvider
    {
        private static readonly DateTimeOffset Start = System.GetUtcNow();

        private TimeSpan _moved;

        public override DateTimeOffset GetUtcNow() => Start + _moved;

        internal void Advance(TimeSpan by) => _moved += by;
    }
}
