using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Gateway.Caching.Store;
#if FUSIONCACHE
using Gateway.Caching.Store.Fusion;
#endif
using Microsoft.Extensions.Caching.Memory;

namespace Gateway.Bench.Caching;

/// <summary>
/// The store's engines in memory: a hit, a miss and an answer kept, of 10,000 with 4 KiB each; against the platform's <see cref="MemoryCache"/>.
/// FusionCache's rows need <c>-p:FusionCache=true</c>.
/// </summary>
[MemoryDiagnoser]
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Lives as long as the run.")]
public class StoreBenchmarks
{
    private const int Entries = 10_000;
    private const long MaxBytes = 256L << 20;

    private readonly CacheKey[] _keys = new CacheKey[Entries];
    private readonly MemoryStore _memory = new MemoryStore(MaxBytes, TimeProvider.System);
#if FUSIONCACHE
    private readonly FusionResponseStore _fusion = new(MaxBytes, 1 << 20, TimeSpan.FromMilliseconds(20), [], TimeProvider.System);
#endif
    private readonly MemoryCache _platform = new(new MemoryCacheOptions { SizeLimit = MaxBytes });
    private CacheKey _absent;
    private CachedAnswer _answer = null!;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        _answer = new()
        {
            Shape = AnswerShape.Stream,
            Endpoint = Endpoint.ChatCompletions,
            Body = new byte[4096],
            Provider = "nim",
            UpstreamModel = "meta/llama-3.1-70b-instruct",
            Model = "llama",
            KeyId = "team-a",
            Created = now,
            FreshUntil = now.AddHours(1),
            StaleUntil = now.AddHours(25),
        };
        _absent = CacheKey.Of(SHA256.HashData("absent"u8));
        for (int i = 0; i < Entries; i++)
        {
            _keys[i] = CacheKey.Of(SHA256.HashData(BitConverter.GetBytes(i)));
            _memory.Keep(_keys[i], _answer);
            KeepInPlatform(_keys[i]);
#if FUSIONCACHE
            _fusion.Keep(_keys[i], _answer);
#endif
        }
    }

    private CacheKey Next() => _keys[_next = (_next + 1) % Entries];

    private void KeepInPlatform(CacheKey key)
    {
        using ICacheEntry entry = _platform.CreateEntry(key);
        entry.Value = _answer;
        entry.Size = _answer.Size;
        entry.AbsoluteExpiration = _answer.StaleUntil;
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Hit")]
    public int PlatformHit() => ((CachedAnswer)_platform.Get(Next())!).Body.Length;

    [Benchmark]
    [BenchmarkCategory("Hit")]
    [AllowedBytes(0)]
    public int Hit() => Find(_memory, Next())!.Body.Length;

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Miss")]
    public bool PlatformMiss() => _platform.Get(_absent) is null;

    [Benchmark]
    [BenchmarkCategory("Miss")]
    [AllowedBytes(0)]
    public bool Miss() => Find(_memory, _absent) is null;

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Keep")]
    public void PlatformKeep() => KeepInPlatform(Next());

    [Benchmark]
    [BenchmarkCategory("Keep")]
    [AllowedBytes(0)]
    public void Keep() => _memory.Keep(Next(), _answer);

#if FUSIONCACHE
    [Benchmark]
    [BenchmarkCategory("Hit")]
    [Peer]
    public int FusionHit() => Find(_fusion, Next())!.Body.Length;

    [Benchmark]
    [BenchmarkCategory("Miss")]
    [Peer]
    public bool FusionMiss() => Find(_fusion, _absent) is null;

    [Benchmark]
    [BenchmarkCategory("Keep")]
    [Peer]
    public void FusionKeep() => _fusion.Keep(Next(), _answer);
#endif

    // What is in memory is there at once; the interface is what the request path knows.
#pragma warning disable CA2012, CA1859
    private static CachedAnswer? Find(IResponseStore store, CacheKey key) => store.FindAsync(key, CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore CA2012, CA1859
}
