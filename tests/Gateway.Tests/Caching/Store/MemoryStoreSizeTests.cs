using Gateway.Caching.Store;
using Gateway.Tests.Upstream.Http1;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store;

/// <summary>Measures the process's memory, so nothing else may run meanwhile.</summary>
[Collection(nameof(AloneCollection))]
public sealed class MemoryStoreSizeTests
{
    [Theory]
    [InlineData(50)]
    [InlineData(1000)]
    [InlineData(20_000)]
    public async Task Status_Bytes_AreWhatTheEntriesTake(int body)
    {
        const int entries = 4000;
        MemoryStore store = new(1 << 30, TimeProvider.System);
        FillFrom(store, 0, entries, body); // the index grows in steps: it is at its size before it is measured
        await store.PurgeAsync(default, CancellationToken.None);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        FillFrom(store, 0, entries, body);
        long taken = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.InRange(store.Status.Bytes, taken * 0.9, taken * 1.1);
        GC.KeepAlive(store);
    }

    private static void FillFrom(MemoryStore store, int first, int count, int body)
    {
        for (int i = first; i < first + count; i++)
            store.Keep(Key(i), Answer(new byte[body], new string('m', 10), new string('k', 10)));
    }
}
