using Gateway.Caching.Store;
using Gateway.Tests.Upstream.Http1;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store;

/// <summary>Measures the process's memory, so nothing else may run meanwhile, and what is measured is large beside what earlier tests leave to be collected.</summary>
[Collection(nameof(AloneCollection))]
public sealed class MemoryStoreSizeTests
{
    [Theory]
    [InlineData(50, 40_000)]
    [InlineData(1000, 20_000)]
    [InlineData(20_000, 2000)]
    public async Task Status_Bytes_AreWhatTheEntriesTake(int body, int entries)
    {
        MemoryStore store = new(1 << 30, TimeProvider.System);
        FillFrom(store, 0, entries, body); // the index grows in steps: it is at its size before it is measured
        await store.PurgeAsync(default, CancellationToken.None);
        long before = Collected();
        FillFrom(store, 0, entries, body);
        long taken = Collected() - before;

        Assert.InRange(store.Status.Bytes, taken * 0.9, taken * 1.1);
        GC.KeepAlive(store);
    }

    private static long Collected()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void FillFrom(MemoryStore store, int first, int count, int body)
    {
        for (int i = first; i < first + count; i++)
            store.Keep(Key(i), Answer(new byte[body], new string('m', 10), new string('k', 10)));
    }
}
