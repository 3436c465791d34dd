using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using Gateway.Simulator;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Many streams at once, cut, reset and left at random: nothing is mixed up and nothing is left behind.</summary>
public sealed class ConcurrentStreamsTests
{
    private const int Streams = 200;

    private static readonly string[] Models =
    [
        "sim/normal", "sim/normal+dribble", "sim/cut-after-7", "sim/reset-after-9", "sim/end-after-3", "sim/stall-after-4", "sim/error-after-5", "sim/no-done",
        "sim/crlf", "sim/escapes", "sim/malformed-at-2", "sim/tricky",
    ];

    [Fact]
    public async Task Streams_TwoHundredWithRandomEnds_AreNeverMixedUp()
    {
        SimulatorOptions options = new() { Replicas = 3, OutputTokens = 40, InterToken = LatencyDistribution.Fixed(TimeSpan.FromMilliseconds(2)) };
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(options);
        await using GatewayProcess gateway = await Serving.StartAsync(
            frontends.Frontends.Select(frontend => frontend.Address), "timeouts: { idle: 1s }", models: $"[{string.Join(", ", Models.Select(model => $"\"{model}\""))}]");

        Random random = new(7);
        (string Model, int Leave)[] plans = [.. Enumerable.Range(0, Streams).Select(_ => (Models[random.Next(Models.Length)], random.Next(4) == 0 ? random.Next(1, 30) : 0))];
        await Task.WhenAll(plans.Select((plan, index) => RunAsync(gateway, options, plan.Model, plan.Leave, index)));

        await gateway.IdleAsync();
        await Serving.EventuallyAsync(() => frontends.Frontends.All(frontend => frontend.ActiveGenerations == 0), "a generation is left");
        await Serving.EventuallyAsync(() => gateway.Output.Count == Streams, "a log line is missing");
        Assert.DoesNotContain("xception", gateway.StandardError);
        Assert.Equal(Streams, await gateway.MetricAsync("gateway_requests_total"));
    }

    private static async Task RunAsync(GatewayProcess gateway, SimulatorOptions options, string model, int leaveAfter, int index)
    {
        string body = $$"""{"model":"{{model}}","stream":true,"messages":[{"role":"user","content":"question {{index}}"}]}""";
        string expected = SimulatedText.Expect(options, Chat.Path, System.Text.Encoding.UTF8.GetBytes(body))[0].Content;
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, body);
        if (leaveAfter > 0)
        {
            for (int i = 0; i < leaveAfter && !client.Received.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal); i++)
                await client.ReadSomeAsync();
            client.Reset();
            return;
        }

        RawResponse response = await client.ReadBigResponseAsync();
        string[] events = response.Body.Replace("\r\n", "\n", StringComparison.Ordinal).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        string text = string.Concat(events.Select(TextOf));
        bool isComplete = events[^1] == "data: [DONE]";
        Assert.StartsWith(text, expected);
        Assert.Equal(isComplete ? expected : text, text);
        Assert.True(isComplete || events[^1].StartsWith("data: {\"error\":{", StringComparison.Ordinal), events[^1]);
        Assert.InRange(events.Count(e => e == "data: [DONE]"), 0, 1);
    }

    private static string TextOf(string frame)
    {
        if (!frame.StartsWith("data: {", StringComparison.Ordinal))
            return "";
        using JsonDocument chunk = JsonDocument.Parse(System.Text.Encoding.Latin1.GetBytes(frame["data: ".Length..]));
        return chunk.RootElement.TryGetProperty("choices", out JsonElement choices) && choices.GetArrayLength() > 0
            && choices[0].GetProperty("delta").TryGetProperty("content", out JsonElement content) ? content.GetString() ?? "" : "";
    }
}
