using Gateway.Streaming.Usage;
using Gateway.Telemetry;

namespace Gateway.Tests.Telemetry;

/// <summary>Requests that are over. The benchmarks compile this file, too.</summary>
internal static class Outcomes
{
    internal const string Model = "meta/llama";

    /// <summary>A stream that was answered at once, its names and numbers as long as they usually are.</summary>
    internal static RequestOutcome Answered()
    {
        const string LongName = "meta/llama-3.1-70b-instruct";
        RequestOutcome outcome = Chat("0b5c1c66-7c6a-4a0e-9a55-1d1f4f3a2b10", LongName, LongName, new AttemptRecord("dynamo", "dynamo-1", "ok", TimeSpan.FromMilliseconds(180)));
        outcome.KeyId = "team-a";
        outcome.Usage = new TokenUsage(1234, 567, 1024, 12);
        outcome.ContentChunks = 566;
        outcome.RequestBytes = 2_000;
        outcome.ResponseBytes = 130_000;
        return outcome;
    }

    /// <summary>A stream that failed over from one provider to another and was answered.</summary>
    internal static RequestOutcome Stream()
    {
        RequestOutcome outcome = Chat(
            "req-1",
            Model,
            "llama-3",
            new("dynamo", "dynamo-1", "upstream_overloaded", TimeSpan.FromMilliseconds(3)),
            new("nim", "nim-0", "ok", TimeSpan.FromMilliseconds(180)) { Kind = AttemptKind.Retry, Reason = "upstream_overloaded", FallbackFrom = "dynamo" });
        outcome.Usage = new TokenUsage(10, 20, 5, 7);
        outcome.ContentChunks = 20;
        outcome.Keepalives = 2;
        outcome.MalformedEvents = 1;
        outcome.RequestBytes = 100;
        outcome.ResponseBytes = 2000;
        return outcome;
    }

    /// <summary>A request that was refused before anything about it was known.</summary>
    internal static RequestOutcome Refused() => new()
    {
        RequestId = "req-2",
        Method = "GET",
        Path = "/nowhere",
        Status = 404,
        Result = RequestResult.ClientError,
        Duration = TimeSpan.FromMilliseconds(0.5),
    };

    /// <param name="requestId">Its id.</param>
    /// <param name="model">As requested.</param>
    /// <param name="upstreamModel">As the upstream calls it.</param>
    /// <param name="attempts">The last one answered.</param>
    private static RequestOutcome Chat(string requestId, string model, string upstreamModel, params AttemptRecord[] attempts)
    {
        RequestOutcome outcome = new()
        {
            RequestId = requestId,
            Method = "POST",
            Path = "/v1/chat/completions",
            Endpoint = Streaming.Endpoint.ChatCompletions,
            Router = "default",
            RequestedModel = model,
            ModelLabel = model,
            UpstreamModel = upstreamModel,
            Provider = attempts[^1].Provider,
            Replica = attempts[^1].Replica,
            IsStream = true,
            Status = 200,
            Result = RequestResult.Ok,
            Duration = TimeSpan.FromMilliseconds(1500.25),
            TimeToFirstToken = TimeSpan.FromMilliseconds(200),
            Waited = TimeSpan.FromMilliseconds(1499.75),
        };
        outcome.Attempts.AddRange(attempts);
        return outcome;
    }
}
