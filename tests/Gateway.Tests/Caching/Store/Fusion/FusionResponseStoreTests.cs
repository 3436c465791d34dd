using Gateway.Caching.Store;
using Gateway.Caching.Store.Fusion;

namespace Gateway.Tests.Caching.Store.Fusion;

/// <summary>The engine in memory alone.</summary>
public sealed class FusionResponseStoreTests : ResponseStoreTests
{
    private protected override IResponseStore NewStore(long maxBytes, TimeProvider time) => new FusionResponseStore(maxBytes, 1 << 20, TimeSpan.FromSeconds(5), [], time);
}
