using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Gateway.Caching.Store;
#if FUSIONCACHE
using Gateway.Caching.Store.Fusion;
#endif
using Gateway.Streaming;

namespace Gateway.Bench.Caching;

/// <summary>
/// The store's engines in memory: a hit, a miss and an answer kept, of 10,000 with 4 KiB each. FusionCache's rows need <c>-p:FusionCache=true</c>.
/// </summary>
[MemoryDiagnoser]
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
#if FUSIONCACHE
            _fusion.Keep(_keys[i], _answer);
#endif
        }
    }

    private CacheKey Next() => _keys[_next = (_next + 1) % Entries];

    [Benchmark(Baseline = true)]
    public async Task<int> MemoryHit() => (await _memory.FindAsync(Next(), CancellationToken.None))!.Body.Length;

    [Benchmark]
    public async Task<bool> MemoryMiss() => await _memory.FindAsync(_absent, CancellationToken.None) is null;

    [Benchmark]
    public void MemoryKeep() => _memory.Keep(Next(), _answer);

#if FUSIONCACHE
    [Benchmark]
    public async Task<int> FusionHit() => (await _fusion.FindAsync(Next(), CancellationToken.None))!.Body.Length;

    [Benchmark]
    public async Task<bool> FusionMiss() => await _fusion.FindAsync(_absent, CancellationToken.None) is null;

    [Benchmark]
    public void FusionKeep() => _fusion.Keep(Next(), _answer);
#endif
}
