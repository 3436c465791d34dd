using Gateway.Caching.Flights;
using Gateway.Caching.Store;
using Gateway.Configuration;
using Gateway.Telemetry;

namespace Gateway.Caching;

/// <summary>What the process keeps and what is under way; one for all routers and configurations.</summary>
internal sealed class ResponseCache(IResponseStore store, TimeProvider time, Random random)
{
    /// <summary>Part of the time to live that is left to chance.</summary>
    private const double Jitter = 0.1;

    internal IResponseStore Store { get; } = store;

    internal FlightTable Flights { get; } = new();

    /// <summary>Keeps a flight's answer, if it is one to give again.</summary>
    /// <param name="question">What it answers.</param>
    /// <param name="endpoint">Of the request.</param>
    /// <param name="shape">How it came.</param>
    /// <param name="body">All of it; null: longer than may be kept.</param>
    /// <param name="outcome">Who gave it.</param>
    /// <param name="began">Taken before the upstream was asked.</param>
    internal void Keep(CacheQuestion question, Endpoint endpoint, AnswerShape shape, byte[]? body, RequestOutcome outcome, PurgeMark began)
    {
        CacheOptions options = question.Options;
        if (body is null || body.Length > options.MaxEntry)
            return;
        bool isGood = shape == AnswerShape.Stream ? AnswerReview.MayKeepStream(endpoint, body) : AnswerReview.MayKeep(endpoint, body);
        if (!isGood)
            return;
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset freshUntil = now + (options.Ttl * (1 - (Jitter * random.NextDouble())));
        Store.Keep(question.Key, new()
        {
            Shape = shape,
            Endpoint = endpoint,
            Body = body,
            Provider = outcome.Provider ?? "",
            UpstreamModel = outcome.UpstreamModel ?? "",
            Model = question.Model,
            KeyId = question.KeyId,
            Usage = outcome.Usage,
            Created = now,
            FreshUntil = freshUntil,
            StaleUntil = freshUntil + options.FailSafe,
        }, began);
    }
}
