using Gateway.Streaming.Usage;
using Gateway.Telemetry;

namespace Gateway.Bench.Telemetry;

/// <summary>Requests that are over.</summary>
internal static class Outcomes
{
    /// <summary>A stream that was answered at once.</summary>
    internal static RequestOutcome Stream() => new()
    {
        RequestId = "0b5c1c66-7c6a-4a0e-9a55-1d1f4f3a2b10",
        Method = "POST",
        Path = "/v1/chat/completions",
        Endpoint = Endpoint.ChatCompletions,
        KeyId = "team-a",
        Router = "default",
        RequestedModel = "meta/llama-3.1-70b-instruct",
        ModelLabel = "meta/llama-3.1-70b-instruct",
        UpstreamModel = "meta/llama-3.1-70b-instruct",
        Provider = "dynamo",
        Replica = "dynamo-1",
        IsStream = true,
        Status = 200,
        Result = RequestResult.Ok,
        Duration = TimeSpan.FromMilliseconds(1500.25),
        TimeToFirstToken = TimeSpan.FromMilliseconds(200),
        Waited = TimeSpan.FromMilliseconds(1499.75),
        Usage = new TokenUsage(1234, 567, 1024, 12),
        ContentChunks = 566,
        RequestBytes = 2_000,
        ResponseBytes = 130_000,
        Attempts = { new AttemptRecord("dynamo", "dynamo-1", "ok", TimeSpan.FromMilliseconds(180)) },
    };
}
