using Gateway.Caching.Store;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store;

public sealed class MemoryStoreTests : ResponseStoreTests
{
    private protected override IResponseStore NewStore(long maxBytes, TimeProvider time) => new MemoryStore(maxBytes, time);

    private static MemoryStore New(long maxBytes) => new(maxBytes, new FixedClock());

    [Fact]
    public void Keep_MoreThanFits_StaysWithinItsBytes()
    {
        MemoryStore store = New(1 << 20);
        for (int i = 0; i < 10_000; i++)
        {
            store.Keep(Key(i), Answer(new byte[i % 5000]));
            Assert.InRange(store.Status.Bytes, 0, 1 << 20);
        }

        Assert.InRange(store.Status.Bytes, 1 << 19, 1 << 20);
    }

    [Fact]
    public void Keep_FloodOfOneOffs_WhatWasHitStays()
    {
        MemoryStore store = New(4 << 20);
        for (int i = 0; i < 1000; i++)
            store.Keep(Key(i), Answer(new byte[1000]));
        for (int hit = 0; hit < 3; hit++)
        {
            for (int i = 0; i < 1000; i++)
                Assert.NotNull(store.Find(Key(i)));
        }

        for (int i = 0; i < 100_000; i++)
            store.Keep(Key(1_000_000 + i), Answer(new byte[1000]));

        Assert.InRange(Enumerable.Range(0, 1000).Count(i => store.Find(Key(i)) is not null), 950, 1000);
    }

    [Fact]
    public void Keep_NewFavourites_TakeThePlaceOfOldOnes()
    {
        MemoryStore store = New(1 << 20);
        for (int i = 0; i < 500; i++)
        {
            store.Keep(Key(i), Answer(new byte[1000]));
            store.Find(Key(i));
        }

        // What is asked for again after it was evicted belongs to the main queue, and there the old ones are no longer hit.
        for (int round = 0; round < 8; round++)
        {
            for (int i = 1000; i < 1500; i++)
            {
                if (store.Find(Key(i)) is null)
                    store.Keep(Key(i), Answer(new byte[1000]));
            }
        }

        Assert.InRange(Enumerable.Range(1000, 500).Count(i => store.Find(Key(i)) is not null), 400, 500);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Keep_HalfOfTheMemoryAndMore_IsRefused(int more, bool isKept)
    {
        long overhead = Answer([]).Size;
        MemoryStore store = New(100_000);

        store.Keep(Key(1), Answer(new byte[50_000 - overhead + more]));

        Assert.Equal(isKept, store.Find(Key(1)) is not null);
    }

    [Fact]
    public void Keep_ReplacedByALargerAnswer_IsAccountedAnew()
    {
        MemoryStore store = New(1 << 20);
        store.Keep(Key(1), Answer(new byte[100]));
        store.Keep(Key(1), Answer(new byte[10_000]));

        Assert.Equal(Answer(new byte[10_000]).Size, store.Status.Bytes);
    }

    [Fact]
    public async Task FindAndKeep_ManyThreads_StayConsistent()
    {
        MemoryStore store = New(1 << 20);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, worker =>
        {
            Random random = new(worker);
            for (int i = 0; i < 20_000; i++)
            {
                int key = random.Next(2000);
                if (random.Next(1000) == 0)
                    store.PurgeAsync(new("m" + (key % 3), null), CancellationToken.None).AsTask().GetAwaiter().GetResult();
                else if (store.Find(Key(key)) is { } found)
                    Assert.Equal("m" + (key % 3), found.Model);
                else
                    store.Keep(Key(key), Answer(new byte[random.Next(2000)], "m" + (key % 3)));
            }
        });

        long entries = store.Status.Entries;
        Assert.Equal(entries, Enumerable.Range(0, 2000).Count(i => store.Find(Key(i)) is not null));
        await store.PurgeAsync(default, CancellationToken.None);
        Assert.Equal(default, store.Status);
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Epoch;
    }
}
