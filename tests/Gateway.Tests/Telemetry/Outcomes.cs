using Gateway.Streaming;
using Gateway.Streaming.Usage;
using Gateway.Telemetry;

namespace Gateway.Tests.Telemetry;

internal static class Outcomes
{
    internal const string Model = "meta/llama";

    /// <summary>A stream that failed over from one provider to another and was answered.</summary>
    internal static RequestOutcome Stream() => new()
    {
        RequestId = "req-1",
        Method = "POST",
        Path = "/v1/chat/completions",
        Endpoint = Endpoint.ChatCompletions,
        Router = "default",
        RequestedModel = Model,
        ModelLabel = Model,
        UpstreamModel = "llama-3",
        Provider = "nim",
        Replica = "nim-0",
        IsStream = true,
        Status = 200,
        Result = RequestResult.Ok,
        Duration = TimeSpan.FromMilliseconds(1500.25),
        TimeToFirstToken = TimeSpan.FromMilliseconds(200),
        Waited = TimeSpan.FromMilliseconds(1499.75),
        Usage = new TokenUsage(10, 20, 5, 7),
        ContentChunks = 20,
        Keepalives = 2,
        MalformedEvents = 1,
        RequestBytes = 100,
        ResponseBytes = 2000,
        Attempts =
        {
            new AttemptRecord("dynamo", "dynamo-1", "upstream_overloaded", TimeSpan.FromMilliseconds(3)),
            new AttemptRecord("nim", "nim-0", "ok", TimeSpan.FromMilliseconds(180)) { Kind = AttemptKind.Retry, Reason = "upstream_overloaded", FallbackFrom = "dynamo" },
        },
    };

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
}
