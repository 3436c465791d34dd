using Gateway.Caching.Store;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store;

/// <summary>Answers that are held in both shapes.</summary>
public sealed class MemoryStoreShapeTests
{
    [Fact]
    public void Enrich_AnswerThatIsKept_IsFoundWithBothAndAccounted()
    {
        MemoryStore store = New(1 << 20);
        CachedAnswer kept = NewAnswer(100);
        CachedAnswer richer = kept with { Assembled = new byte[1000] };
        store.Keep(Key(1), kept);

        store.Enrich(Key(1), kept, richer);

        Assert.Same(richer, store.Find(Key(1)));
        Assert.Equal((1, kept.Size + 1000), (store.Status.Entries, store.Status.Bytes));
    }

    [Fact]
    public void Enrich_AnotherAnswerIsKeptByNow_ChangesNothing()
    {
        MemoryStore store = New(1 << 20);
        CachedAnswer old = NewAnswer(100), current = NewAnswer(100);
        store.Enrich(Key(1), old, old with { Assembled = new byte[1000] });
        Assert.Null(store.Find(Key(1)));
        store.Keep(Key(1), current);

        store.Enrich(Key(1), old, old with { Assembled = new byte[1000] });

        Assert.Same(current, store.Find(Key(1)));
    }

    [Fact]
    public void Enrich_MemoryIsFull_StaysWithinItsBytes()
    {
        MemoryStore store = New(100_000);
        for (int i = 0; i < 50; i++)
        {
            CachedAnswer kept = NewAnswer(1000);
            store.Keep(Key(i), kept);
            store.Enrich(Key(i), kept, kept with { Assembled = new byte[i * 1000] });
            Assert.InRange(store.Status.Bytes, 0, 100_000);
        }
    }

    private static MemoryStore New(long maxBytes) => new(maxBytes, TimeProvider.System);

    private static CachedAnswer NewAnswer(int bytes) => Answer(new byte[bytes], now: TimeProvider.System.GetUtcNow());
}
