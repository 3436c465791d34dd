using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Limits;

/// <summary>A client that leaves takes no slot with it, in whichever phase.</summary>
public sealed class LeavingTests
{
    [Theory]
    [InlineData("receiving")]
    [InlineData("resolving")]
    [InlineData("waiting")]
    [InlineData("waiting, unary")]
    [InlineData("hedged")]
    [InlineData("keepalives")]
    [InlineData("streaming")]
    [InlineData("queued")]
    public async Task Client_Leaves_ItsSlotsAreFree(string phase)
    {
        string top = (phase == "keepalives" ? "keepalive: { interval: 50ms }\n" : "") + (phase == "hedged" ? "hedging: { delay: 30ms }\n" : "")
            + "routers: { default: { rate-limit: { concurrent-requests: 9 } } }";
        await using Stage stage = await Stage.StartAsync(top,
            new StagedProvider("a", 2, Models: phase == "resolving" ? "" : "m", Options: $"rate-limit: {{ concurrent-requests: {(phase == "queued" ? 1 : 5)}, queue-timeout: 1m }}"));
        HeldRequests held = new(phase == "streaming" ? Chat.StreamHead + Play.Chunk(Chat.Role + Chat.Content("first")) : "");
        stage["a-1"].Does = stage["a-2"].Does = held.HoldAsync;
        using RawClient? other = phase == "queued" ? await stage.PostAsync() : null;
        if (other is not null)
            await held.ArrivedAsync();

        using RawClient client = phase == "receiving" ? await RawClient.ConnectAsync(stage.Gateway.Address) : await stage.PostAsync(stream: phase != "waiting, unary");
        if (phase == "receiving")
            await client.SendAsync($"POST {Chat.Path} HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{\"model\"");
        else if (phase == "queued")
            await LimitState.QueuedAsync(stage, "a", 2 - 1);
        else if (phase != "resolving")
            await held.ArrivedAsync();
        if (phase == "hedged")
            await held.ArrivedAsync();
        if (phase is "keepalives" or "streaming")
            await client.ReadUntilAsync(phase == "streaming" ? "first" : "chatcmpl-keepalive-");
        await LimitState.InflightAsync(stage, "router", "default", other is null ? 1 : 2);
        if (phase is not ("receiving" or "resolving"))
            await LimitState.InflightAsync(stage, "provider", "a", phase == "hedged" ? 2 : 1);

        client.Reset();

        if (other is not null)
        {
            await LimitState.InflightAsync(stage, "router", "default", 1);
            await LimitState.QueuedAsync(stage, "a", 0);
            await LimitState.InflightAsync(stage, "provider", "a", 1);
            other.Reset();
        }

        await LimitState.InflightAsync(stage, "router", "default", 0);
        await LimitState.InflightAsync(stage, "provider", "a", 0);
        await stage.Gateway.IdleAsync();
    }
}
