using System.Text;
using Gateway.Caching;
using Gateway.Caching.Store;
using Gateway.Configuration;
using Gateway.Telemetry;
using TestKit.Clocks;
using static Gateway.Tests.Caching.Store.StoredAnswers;
using Endpoint = Gateway.Streaming.Endpoint;

namespace Gateway.Tests.Caching;

/// <summary>What becomes of an answer that is to be kept.</summary>
public sealed class ResponseCacheTests
{
    private static readonly CacheOptions Options = new() { Enabled = true, Ttl = TimeSpan.FromSeconds(1000), FailSafe = TimeSpan.FromSeconds(500), MaxEntry = Whole("stop").Length };

    private readonly ManualTimeProvider _time = new();

    /// <summary>A tenth of the time to live is left to chance, so that what was kept together is not asked anew together; never more than was configured.</summary>
    [Theory]
    [InlineData(0.0, 1000)]
    [InlineData(0.5, 950)]
    [InlineData(0.99, 901)]
    public void Keep_TimeToLive_IsShortenedByChance(double chance, int seconds)
    {
        CachedAnswer kept = Keep(Whole("stop"), new FixedChance(chance))!;

        Assert.Equal(TimeSpan.FromSeconds(seconds), kept.FreshUntil - kept.Created);
        Assert.Equal(TimeSpan.FromSeconds(500), kept.StaleUntil - kept.FreshUntil);
    }

    [Theory]
    [InlineData("stop", true)]
    [InlineData("content_filter", false)]
    public void Keep_EndOfTheAnswer_Decides(string finish, bool isKept) => Assert.Equal(isKept, Keep(Whole(finish), new FixedChance(0), maxEntry: 1000) is not null);

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void Keep_LengthAtItsLimit_IsKept(int room, bool isKept) => Assert.Equal(isKept, Keep(Whole("stop"), new FixedChance(0), Whole("stop").Length + room) is not null);

    private CachedAnswer? Keep(byte[] body, Random random, long? maxEntry = null)
    {
        ResponseCache cache = new(new MemoryStore(1 << 20, _time), _time, random);
        CacheOptions options = Options with { MaxEntry = maxEntry ?? Options.MaxEntry };
        CacheQuestion question = new(Key(1), default, options, "m", "upstream-m", null);
        cache.Keep(question, Endpoint.ChatCompletions, AnswerShape.Whole, body, new RequestOutcome { RequestId = "r", Method = "POST", Path = "/" }, cache.Store.Mark());
        return cache.Store.Peek(Key(1));
    }

    private static byte[] Whole(string finish) => Encoding.UTF8.GetBytes($$"""{"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"{{finish}}"}]}""");

    private sealed class FixedChance(double chance) : Random
    {
        public override double NextDouble() => chance;
    }
}
