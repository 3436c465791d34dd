using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Uploads;

/// <summary>What happens to a form on its way when one of the two sides does not play along.</summary>
public sealed class UploadFaultTests
{
    private const string Models = "[whisper-1]";

    private static string Start => Form.Model + Form.FileStart;

    [Fact]
    public async Task Upload_DeclaredLargerThanTheLimit_Is413AndReachesNobody()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models, server: "max-upload: 1MiB");
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        await client.SendAsync(Form.Head((1 << 20) + 1));
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((413, "request_too_large"), (response.Status, response.ErrorCode));
        Assert.True(upstream.IsQuiet);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Upload_ChunkedAroundTheLimit_EndsBeyondIt(int beyond, bool isTaken)
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models, server: "max-upload: 1MiB");
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        string file = new('x', (1 << 20) + beyond - Start.Length - Form.End.Length);
        Task sending = client.SendAsync(Form.Head(null) + Form.Chunk(Start + file + Form.End) + "0\r\n\r\n");
        using UploadPeer peer = await upstream.AcceptAsync();
        if (isTaken)
        {
            await peer.ReadUntilAsync("\r\n0\r\n\r\n");
            await peer.SendAsync(Form.Answer);
        }
        else
        {
            Assert.DoesNotContain("\r\n0\r\n\r\n", await peer.ReadToEndAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(isTaken ? 200 : 413, (await client.ReadResponseAsync()).Status);
        await sending;
        await gateway.IdleAsync();
    }

    [Theory]
    [InlineData(413)]
    [InlineData(400)]
    [InlineData(503)]
    public async Task Upload_RefusedEarly_TheRefusalGoesToTheClientAndTheConnectionsClose(int status)
    {
        using UploadUpstream upstream = new();
        using UploadUpstream other = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address, other.Address], models: Models);
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        await client.SendAsync(Form.Head(100 << 20) + Start + new string('x', 10_000));
        UploadUpstream asked = upstream.IsQuiet && !other.IsQuiet ? other : upstream;
        using UploadPeer peer = await (asked == upstream ? AcceptAnyAsync(upstream, other) : asked.AcceptAsync());
        await peer.ReadUntilAsync("xxxx");
        await peer.SendAsync($"HTTP/1.1 {status} No\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n{{\"error\":\"not like this\"}}\n"[..^1]);
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal(status, response.Status);
        Assert.Contains("not like this", response.Body, StringComparison.Ordinal);
        Assert.Equal("close", response.Header("Connection"));
        await peer.ReadToEndAsync();
        // One try, whatever the status: bytes of it had left.
        Assert.Equal("1", response.Header("x-gateway-attempts"));
        Assert.True(upstream.IsQuiet && other.IsQuiet);
        await gateway.IdleAsync();
        await client.ReadToEndAsync();
    }

    [Fact]
    public async Task Upload_FirstReplicaRefusesConnections_TheNextOneGetsAllOfIt()
    {
        using UploadUpstream upstream = new();
        using UploadUpstream gone = new();
        Uri refused = gone.Address;
        gone.Dispose();
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync($$"""
            providers:
              first: { type: openai, base-url: "{{refused}}", models: [whisper-1] }
              second: { type: openai, base-url: "{{upstream.Address}}", models: [whisper-1] }
            """);
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        string body = Start + "audio" + Form.End;
        await client.SendAsync(Form.Whole(body));
        using UploadPeer peer = await upstream.AcceptAsync();
        Assert.EndsWith(body, await peer.ReadUntilAsync(Form.End), StringComparison.Ordinal);
        await peer.SendAsync(Form.Answer);
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((200, "second", "2"), (response.Status, response.Header("x-gateway-provider"), response.Header("x-gateway-attempts")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_UpstreamGoesAfterAByteHasLeft_Is502AndNobodyElseIsAsked(bool reset)
    {
        using UploadUpstream upstream = new();
        using UploadUpstream other = new();
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync($$"""
            providers:
              first: { type: openai, base-url: "{{upstream.Address}}", models: [whisper-1] }
              second: { type: openai, base-url: "{{other.Address}}", models: [whisper-1] }
            """);
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        await client.SendAsync(Form.Head(1 << 20) + Start + "some");
        using (UploadPeer peer = await upstream.AcceptAsync())
        {
            await peer.ReadUntilAsync("some");
            if (reset)
                peer.Reset();
        }

        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((502, "upstream_unreachable"), (response.Status, response.ErrorCode));
        Assert.True(other.IsQuiet);
        await gateway.IdleAsync();
    }

    [Theory]
    [InlineData("fin")]
    [InlineData("reset")]
    public async Task Upload_ClientLeaves_TheUpstreamsConnectionIsClosedAtOnce(string how)
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        using UploadPeer client = await UploadPeer.ConnectAsync(gateway.Address);
        await client.SendAsync(Form.Head(1 << 20, headers: "x-request-id: leaver\r\n") + Start + "some");
        using UploadPeer peer = await upstream.AcceptAsync();
        await peer.ReadUntilAsync("some");
        if (how == "reset")
            client.Reset();
        else
            client.HalfClose();
        Assert.False(await peer.CountAsync(long.MaxValue));
        JsonElement log = await gateway.LogOfAsync("leaver");
        Assert.Equal("client_closed", log.GetProperty("outcome").GetString());
        await gateway.IdleAsync();
    }

    [Fact]
    public async Task Upload_ClientStalls_Is408AndTheUpstreamsConnectionIsClosed()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        await client.SendAsync(Form.Head(1 << 20) + Start + "some");
        using UploadPeer peer = await upstream.AcceptAsync();
        // The server's own limit: 240 bytes a second after 5 s.
        Assert.False(await peer.CountAsync(long.MaxValue));
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((408, "request_timeout"), (response.Status, response.ErrorCode));
    }

    [Fact]
    public async Task Upload_ExpectContinue_IsAnsweredHereAndNotForwarded()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        using UploadPeer client = await UploadPeer.ConnectAsync(gateway.Address);
        string body = Start + "audio" + Form.End;
        await client.SendAsync(Form.Head(body.Length, headers: "Expect: 100-continue\r\n"));
        await client.ReadUntilAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync(body);
        using UploadPeer peer = await upstream.AcceptAsync();
        Assert.DoesNotContain("Expect", await peer.ReadUntilAsync(Form.End), StringComparison.OrdinalIgnoreCase);
        await peer.SendAsync(Form.Answer);
        await client.ReadUntilAsync("{\"text\":\"hi\"}");
    }

    [Fact]
    public async Task Upload_BeyondItsTotalTime_Is504()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        await client.SendAsync(Form.Whole(Start + "audio" + Form.End, headers: "x-gateway-timeout: 300ms\r\n"));
        using UploadPeer peer = await upstream.AcceptAsync();
        Assert.False(await peer.CountAsync(long.MaxValue));
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((504, "total_timeout"), (response.Status, response.ErrorCode));
    }

    private static async Task<UploadPeer> AcceptAnyAsync(UploadUpstream one, UploadUpstream other)
    {
        await Serving.EventuallyAsync(() => !one.IsQuiet || !other.IsQuiet, "nobody was asked");
        return await (one.IsQuiet ? other : one).AcceptAsync();
    }
}
