using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Uploads;

/// <summary>Forms with a file go to the upstream while they arrive.</summary>
public sealed class UploadTests
{
    private const string Models = "[whisper-1]";

    [Fact]
    public async Task Upload_OnItsWay_ReachesTheUpstreamBeforeItsEnd()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        string end = "last" + Form.End;
        using UploadPeer client = await UploadPeer.ConnectAsync(gateway.Address);
        await client.SendAsync(Form.Head(Form.Model.Length + Form.FileStart.Length + "first".Length + end.Length) + Form.Model + Form.FileStart + "first");

        using UploadPeer peer = await upstream.AcceptAsync();
        string request = await peer.ReadUntilAsync("first");
        Assert.Contains("POST /v1/audio/transcriptions HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Content-Type: multipart/form-data; boundary=b0\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer secret-of-the-upstream\r\n", request, StringComparison.Ordinal);
        await client.SendAsync(end);
        await peer.ReadUntilAsync(Form.End);
        await peer.SendAsync(Form.Answer);
        string answer = await client.ReadUntilAsync("{\"text\":\"hi\"}");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("x-gateway-model: whisper-1\r\n", answer, StringComparison.OrdinalIgnoreCase);
        await gateway.IdleAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_ModelOnEitherSideOfASmallFile_IsResolvedAndTheBytesAreTheClients(bool modelFirst)
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        string body = modelFirst ? Form.Model + Form.FileStart + "audio" + Form.End : Form.FileStart + "audio\r\n" + Form.Model.TrimEnd() + Form.End;
        (string request, string answer) = await AskAsync(gateway, upstream, Form.Whole(body));
        Assert.EndsWith("\r\n\r\n" + body, request, StringComparison.Ordinal);
        Assert.Contains("x-gateway-model: whisper-1\r\n", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Upload_Chunked_IsChunkedUpstreamAndTheConnectionIsUsedAgain()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        using UploadPeer client = await UploadPeer.ConnectAsync(gateway.Address);
        await client.SendAsync(Form.Head(null) + Form.Chunk(Form.Model) + Form.Chunk(Form.FileStart) + Form.Chunk("audio") + Form.Chunk(Form.End) + "0\r\n\r\n");
        using UploadPeer peer = await upstream.AcceptAsync();
        string request = await peer.ReadUntilAsync("\r\n0\r\n\r\n");
        Assert.Contains("Transfer-Encoding: chunked\r\n", request, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", request, StringComparison.Ordinal);
        Assert.Contains("audio", request, StringComparison.Ordinal);
        await peer.SendAsync(Form.Answer);
        await client.ReadUntilAsync("{\"text\":\"hi\"}");
        await gateway.IdleAsync();

        // The JSON request that follows finds the connection that the upload opened.
        using RawClient next = await RawClient.PostAsync(gateway.Address, "/v1/embeddings", """{"model":"whisper-1","input":"x"}""");
        await peer.ReadUntilAsync("/v1/embeddings");
    }

    [Fact]
    public async Task Upload_ByTheProvidersName_IsSentUnderTheUpstreams()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        string body = Form.Model.Replace("whisper-1", "p/whisper-1", StringComparison.Ordinal) + Form.FileStart + "audio" + Form.End;
        (string request, _) = await AskAsync(gateway, upstream, Form.Whole(body, "/ai/audio/translations"));
        Assert.StartsWith("POST /v1/audio/translations ", request, StringComparison.Ordinal);
        Assert.Contains($"Content-Length: {body.Length - 2}\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + Form.Model + Form.FileStart + "audio" + Form.End, request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_ModelBehindALargeFile_GoesToTheFirstProviderOfItsKind()
    {
        using UploadUpstream chat = new();
        using UploadUpstream audio = new();
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync($$"""
            providers:
              chat: { type: openai, base-url: "{{chat.Address}}", models: [llama] }
              ears: { type: openai, base-url: "{{audio.Address}}", models: [whisper-1] }
            """);
        (_, string answer) = await AskAsync(gateway, audio, Form.Whole(Form.FileStart + new string('x', 100_000) + "\r\n" + Form.Model.TrimEnd() + Form.End, headers: "x-request-id: late\r\n"));
        Assert.Contains("x-gateway-provider: ears\r\n", answer, StringComparison.OrdinalIgnoreCase);
        JsonElement log = await gateway.LogOfAsync("late");
        Assert.Equal("whisper-1", log.GetProperty("model").GetString());
        Assert.True(chat.IsQuiet);
    }

    [Fact]
    public async Task Upload_ModelBehindALargeFile_GoesWhereLoadBalanceAudioSays()
    {
        using UploadUpstream ears = new();
        using UploadUpstream chosen = new();
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync($$"""
            providers:
              ears: { type: openai, base-url: "{{ears.Address}}", models: [whisper-1] }
              chosen: { type: openai, base-url: "{{chosen.Address}}", models: [anything] }
            routers:
              default: { load-balance: { audio: { providers: [chosen] } } }
            """);
        (_, string answer) = await AskAsync(gateway, chosen, Form.Whole(Form.FileStart + new string('x', 100_000) + Form.End));
        Assert.Contains("x-gateway-provider: chosen\r\n", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Upload_NobodyForAnUnnamedModel_Is400()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: "[llama]");
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        await client.SendAsync(Form.Whole(Form.FileStart + "audio" + Form.End));
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((400, "missing_model"), (response.Status, response.ErrorCode));
    }

    [Fact]
    public async Task Upload_SecondModelBehindTheFile_EndsItBeforeTheUpstreamHasAll()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        Task sending = client.SendAsync(Form.Whole(Form.Model + Form.FileStart + new string('x', 200_000) + "\r\n" + Form.Model + "--b0--\r\n"));
        using UploadPeer peer = await upstream.AcceptAsync();
        Assert.False(await peer.CountAsync(long.MaxValue));
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((400, "duplicate_field"), (response.Status, response.ErrorCode));
        await sending;
    }

    [Theory]
    [InlineData("Content-Type: text/plain", 415, "unsupported_media_type")]
    [InlineData("Content-Type: multipart/form-data", 400, "invalid_body")]
    [InlineData("Content-Type: multipart/form-data; boundary=b0", 400, "invalid_body")]
    public async Task Upload_ThatIsNoForm_IsRefused(string type, int status, string code)
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        await client.SendAsync($"POST {Form.Path} HTTP/1.1\r\nHost: gateway\r\n{type}\r\nContent-Length: 12\r\n\r\n--b0\r\nx\r\n\r\nyz"[..^2] + "yz");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((status, code), (response.Status, response.ErrorCode));
        Assert.True(upstream.IsQuiet);
    }

    private static async Task<(string Request, string Answer)> AskAsync(GatewayProcess gateway, UploadUpstream upstream, string request)
    {
        using UploadPeer client = await UploadPeer.ConnectAsync(gateway.Address);
        Task sending = client.SendAsync(request);
        using UploadPeer peer = await upstream.AcceptAsync();
        await peer.ReadUntilAsync(Form.End);
        await sending;
        await peer.SendAsync(Form.Answer);
        return (peer.Received, await client.ReadUntilAsync("{\"text\":\"hi\"}"));
    }
}
