using System.Security.Cryptography;
using System.Text;
using Gateway.Caching.Store;
using Gateway.Streaming;

namespace Gateway.Tests.Caching.Store;

internal static class StoredAnswers
{
    internal static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static CacheKey Key(int number) => CacheKey.Of(SHA256.HashData(BitConverter.GetBytes(number)));

    internal static CachedAnswer Answer(string body = "{}", string model = "m", string? keyId = null, int fresh = 60, int stale = 120, DateTimeOffset? now = null) =>
        Answer(Encoding.UTF8.GetBytes(body), model, keyId, fresh, stale, now);

    internal static CachedAnswer Answer(byte[] body, string model = "m", string? keyId = null, int fresh = 60, int stale = 120, DateTimeOffset? now = null) => new()
    {
        Shape = AnswerShape.Whole,
        Endpoint = Endpoint.ChatCompletions,
        Body = body,
        Provider = "p",
        UpstreamModel = "upstream-" + model,
        Model = model,
        KeyId = keyId,
        Created = now ?? Epoch,
        FreshUntil = (now ?? Epoch).AddSeconds(fresh),
        StaleUntil = (now ?? Epoch).AddSeconds(stale),
    };
}
