using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>What the gateway adds to a stream stands between events, wherever the upstream stops.</summary>
public sealed class EventBoundaryTests
{
    private static readonly string Whole = Chat.Role + Chat.Content("first");
    private static readonly string Broken = Chat.Content("second");

    [Fact]
    public async Task Stream_CutAtEveryOffset_EndsWithOneErrorEventOnItsBoundary()
    {
        using ScriptedUpstream upstream = new(async (connection, request) =>
        {
            await connection.WriteAsync(Chat.StreamHead);
            await connection.ChunkAsync(Whole + Broken[..OffsetOf(request)]);
            connection.End();
            await connection.ClosedAsync();
        });
        await using GatewayProcess gateway = await Serving.StartAsync(upstream);

        await Parallel.ForEachAsync(Enumerable.Range(1, Broken.Length), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (offset, _) =>
        {
            RawResponse response = await AskAsync(gateway, offset);
            // From the event's own newline on it is whole but for its blank line, and from that on it is whole.
            string expected = offset == Broken.Length ? Whole + Broken : Whole;
            Assert.StartsWith(expected, response.Body);
            Assert.Equal("upstream_incomplete", OnlyErrorOf(response.Body[expected.Length..]));
            Assert.DoesNotContain("[DONE]", response.Body);
        });

        await gateway.IdleAsync();
        Assert.Equal(Broken.Length, await gateway.MetricAsync("gateway_requests_total", "outcome=\"incomplete\""));
    }

    [Fact]
    public async Task Keepalive_UpstreamStallsAtEveryOffset_NeverLandsInsideTheEvent()
    {
        TaskCompletionSource[] resumed = [.. Enumerable.Range(0, Broken.Length + 1).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        using ScriptedUpstream upstream = new(async (connection, request) =>
        {
            int offset = OffsetOf(request);
            await connection.WriteAsync(Chat.StreamHead);
            await connection.ChunkAsync(Whole + Broken[..offset]);
            await resumed[offset].Task;
            await connection.ChunkAsync(Broken[offset..] + Chat.Finish + Chat.Done);
            await connection.WriteAsync(Chat.End);
        });
        await using GatewayProcess gateway = await Serving.StartAsync(upstream, top: "keepalive: { interval: 100ms }");

        await Parallel.ForEachAsync(Enumerable.Range(1, Broken.Length - 1), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (offset, _) =>
        {
            using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream, $"x-session-id: {offset}\r\n");
            await client.ReadUntilAsync("chatcmpl-keepalive-");
            resumed[offset].SetResult();
            RawResponse response = await client.ReadResponseAsync();

            string[] upstreams = [.. response.Events.Where(e => !e.Contains("chatcmpl-keepalive-", StringComparison.Ordinal))];
            Assert.Equal(Whole + Broken + Chat.Finish + Chat.Done, string.Concat(upstreams.Select(e => e + "\n\n")));
            foreach (string keepalive in response.Events.Except(upstreams))
                AssertKeepalive(keepalive);
            Assert.Single(response.Events.Except(upstreams).Distinct());
        });

        await gateway.IdleAsync();
    }

    private static int OffsetOf(string request)
    {
        const string Header = "x-session-id: ";
        int start = request.IndexOf(Header, StringComparison.OrdinalIgnoreCase) + Header.Length;
        return int.Parse(request[start..request.IndexOf('\r', start)]);
    }

    private static async Task<RawResponse> AskAsync(GatewayProcess gateway, int offset)
    {
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream, $"x-session-id: {offset}\r\n");
        return await client.ReadResponseAsync();
    }

    private static string? OnlyErrorOf(string text)
    {
        Assert.StartsWith("data: ", text);
        Assert.EndsWith("}\n\n", text);
        return JsonDocument.Parse(text["data: ".Length..]).RootElement.GetProperty("error").GetProperty("code").GetString();
    }

    private static void AssertKeepalive(string frame)
    {
        JsonElement choice = JsonDocument.Parse(frame["data: ".Length..]).RootElement.GetProperty("choices")[0];
        Assert.Equal("""{"content":""}""", choice.GetProperty("delta").GetRawText());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("finish_reason").ValueKind);
    }
}
