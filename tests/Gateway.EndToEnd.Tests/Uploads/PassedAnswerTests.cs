using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Uploads;

/// <summary>Audio and images go to the client as they come.</summary>
public sealed class PassedAnswerTests
{
    private const string Models = "[tts-1]";
    private const string Speech = "/v1/audio/speech";
    private const string Body = """{"model":"tts-1","input":"Hello","voice":"alloy"}""";

    [Fact]
    public async Task Speech_OnItsWay_ReachesTheClientAsItComes()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        using RawClient client = await RawClient.PostAsync(gateway.Address, Speech, Body, "x-request-id: spoken\r\n");
        using UploadPeer peer = await upstream.AcceptAsync();
        Assert.StartsWith("POST /v1/audio/speech ", await peer.ReadUntilAsync(Body), StringComparison.Ordinal);
        await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nTransfer-Encoding: chunked\r\nServer: secret\r\n\r\n");
        await peer.SendAsync(Form.Chunk("first\0"));
        string head = await client.ReadUntilAsync("first\0");
        Assert.Contains("Content-Type: audio/mpeg\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", head, StringComparison.Ordinal);
        await peer.SendAsync(Form.Chunk("last") + "0\r\n\r\n");
        Assert.Equal("first\0last", (await client.ReadResponseAsync()).Body);

        JsonElement log = await gateway.LogOfAsync("spoken");
        Assert.Equal(("ok", 10, "speech"), (log.GetProperty("outcome").GetString(), log.GetProperty("response_bytes").GetInt32(), log.GetProperty("endpoint").GetString()));
        Assert.False(log.TryGetProperty("ttft_ms", out _));
        await gateway.IdleAsync();
    }

    [Fact]
    public async Task Speech_OfKnownLength_KeepsIt()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        using RawClient client = await RawClient.PostAsync(gateway.Address, Speech, Body);
        using UploadPeer peer = await upstream.AcceptAsync();
        await peer.ReadUntilAsync(Body);
        await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: 5\r\n\r\naudio");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal(("5", "audio"), (response.Header("Content-Length"), response.Body));
    }

    [Theory]
    [InlineData("Content-Length: 100", "")]
    [InlineData("Transfer-Encoding: chunked", "7\r\n")]
    public async Task Answer_CutInTheMiddle_IsCutForTheClientToo(string framing, string prefix)
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        using UploadPeer client = await UploadPeer.ConnectAsync(gateway.Address);
        await client.SendAsync($"POST {Speech} HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nx-request-id: cut\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        using (UploadPeer peer = await upstream.AcceptAsync())
        {
            await peer.ReadUntilAsync(Body);
            await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\n{framing}\r\n\r\n{prefix}audio01\r\n");
            await client.ReadUntilAsync("audio01");
        }

        string received = await client.ReadToEndAsync();
        Assert.False(received.EndsWith("0\r\n\r\n", StringComparison.Ordinal));
        JsonElement log = await gateway.LogOfAsync("cut");
        Assert.Equal(("incomplete", "upstream_incomplete"), (log.GetProperty("outcome").GetString(), log.GetProperty("error_code").GetString()));
        await gateway.IdleAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: 100\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nsorry")]
    public async Task Answer_CutOrStrangeBeforeItsFirstByte_Is502AndNobodyElseIsAsked(string answer)
    {
        using UploadUpstream upstream = new();
        using UploadUpstream other = new();
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync($$"""
            providers:
              first: { type: openai, base-url: "{{upstream.Address}}", models: [tts-1] }
              second: { type: openai, base-url: "{{other.Address}}", models: [tts-1] }
            """);
        using RawClient client = await RawClient.PostAsync(gateway.Address, Speech, Body);
        using (UploadPeer peer = await upstream.AcceptAsync())
        {
            await peer.ReadUntilAsync(Body);
            await peer.SendAsync(answer);
        }

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        Assert.True(other.IsQuiet);
    }

    [Fact]
    public async Task Answer_ThatStalls_IsCutAfterTheIdleTime()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models, provider: "timeouts: { idle: 200ms }");
        using UploadPeer client = await UploadPeer.ConnectAsync(gateway.Address);
        await client.SendAsync($"POST {Speech} HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nx-request-id: idle\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        using UploadPeer peer = await upstream.AcceptAsync();
        await peer.ReadUntilAsync(Body);
        await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: 100\r\n\r\naudio");
        await client.ReadToEndAsync();
        Assert.False(await peer.CountAsync(long.MaxValue));
        Assert.Equal("idle_timeout", (await gateway.LogOfAsync("idle")).GetProperty("error_code").GetString());
        await gateway.IdleAsync();
    }

    [Fact]
    public async Task Answer_ClientLeaves_TheUpstreamsConnectionIsClosedAtOnce()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models);
        using RawClient client = await RawClient.PostAsync(gateway.Address, Speech, Body, "x-request-id: left\r\n");
        using UploadPeer peer = await upstream.AcceptAsync();
        await peer.ReadUntilAsync(Body);
        await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: 100\r\n\r\naudio");
        await client.ReadUntilAsync("audio");
        client.Reset();
        Assert.False(await peer.CountAsync(long.MaxValue));
        Assert.Equal("client_closed", (await gateway.LogOfAsync("left")).GetProperty("outcome").GetString());
        await gateway.IdleAsync();
    }

    [Fact]
    public async Task Images_AsEvents_PassUnchanged()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models, top: "keepalive: { interval: 50ms }");
        const string Request = """{"model":"tts-1","prompt":"a cat","stream":true,"partial_images":1}""";
        using RawClient client = await RawClient.PostAsync(gateway.Address, "/v1/images/generations", Request);
        using UploadPeer peer = await upstream.AcceptAsync();
        await peer.ReadUntilAsync(Request);
        const string Events = "event: image_generation.partial_image\ndata: {\"b64_json\":\"AAA\"}\n\nevent: image_generation.completed\ndata: {\"b64_json\":\"BBB\"}\n\n";
        await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" + Form.Chunk(Events) + "0\r\n\r\n");
        Assert.Equal(Events, (await client.ReadResponseAsync()).Body);
    }

    /// <summary>Riva's call as its manual has it: a form in, WAV out.</summary>
    [Theory]
    [InlineData("", "Magpie-Multilingual.DE-DE.Aria", "de-DE")]
    [InlineData("", "English-US.Female-1", "en-US")]
    [InlineData("\"language\":\"fr-FR\",", "en-US.Any", "fr-FR")]
    public async Task Speech_FromRiva_IsAskedWithAForm(string fields, string voice, string language)
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models, provider: "speech: riva");
        using RawClient client = await RawClient.PostAsync(gateway.Address, Speech, $$"""{{{fields}}"model":"tts-1","input":"Gr\u00fc\u00dfe \"an\" alle","voice":"{{voice}}","response_format":"wav"}""");
        using UploadPeer peer = await upstream.AcceptAsync();
        string request = await peer.ReadUntilAsync("--\r\n");
        string boundary = request.Split("boundary=")[1].Split("\r\n")[0];
        Assert.StartsWith("POST /v1/audio/synthesize HTTP/1.1\r\n", request, StringComparison.Ordinal);
        string text = System.Text.Encoding.Latin1.GetString("Grüße \"an\" alle"u8);
        Assert.EndsWith(
            $"\r\n\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{text}\r\n"
            + $"--{boundary}\r\nContent-Disposition: form-data; name=\"language\"\r\n\r\n{language}\r\n"
            + $"--{boundary}\r\nContent-Disposition: form-data; name=\"voice\"\r\n\r\n{voice}\r\n--{boundary}--\r\n",
            request, StringComparison.Ordinal);
        Assert.Contains($"Content-Length: {request.Length - request.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4}\r\n", request, StringComparison.Ordinal);
        await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: 4\r\n\r\nRIFF");
        Assert.Equal("RIFF", (await client.ReadResponseAsync()).Body);
    }

    [Theory]
    [InlineData("\"response_format\":\"mp3\",\"input\":\"x\"", "response_format")]
    [InlineData("\"voice\":\"v\"", "input")]
    public async Task Speech_ThatRivaCannotDo_Is400(string fields, string param)
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: Models, provider: "speech: riva");
        using RawClient client = await RawClient.PostAsync(gateway.Address, Speech, $$"""{"model":"tts-1",{{fields}}}""");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((400, param), (response.Status, response.Error.GetProperty("param").GetString()));
        Assert.True(upstream.IsQuiet);
    }

    [Theory]
    [InlineData("/v1/messages/count_tokens", "/v1/messages/count_tokens", "count_tokens")]
    [InlineData("/router/default/v1/rerank", "/v1/rerank", "rerank")]
    [InlineData("/router/default/classify", "/v1/classify", "classify")]
    public async Task SmallEndpoints_AreRelayed(string path, string upstreamPath, string endpoint)
    {
        using ScriptedUpstream upstream = new(static (connection, _) => connection.WriteAsync(Chat.Json("""{"input_tokens":3}""")));
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: "[m]");
        using RawClient client = await RawClient.PostAsync(gateway.Address, path, """{"model":"m","stream":1}""", "x-request-id: small\r\n");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((200, """{"input_tokens":3}"""), (response.Status, response.Body));
        Assert.StartsWith($"POST {upstreamPath} ", Assert.Single(upstream.Requests), StringComparison.Ordinal);
        Assert.Equal(endpoint, (await gateway.LogOfAsync("small")).GetProperty("endpoint").GetString());
    }

    [Fact]
    public async Task CountTokens_ThatFails_HasAnthropicsShape()
    {
        using ScriptedUpstream upstream = new(static (connection, _) => connection.WriteAsync(Chat.Json("{}")));
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: "[m]");
        using RawClient client = await RawClient.PostAsync(gateway.Address, "/v1/messages/count_tokens", """{"model":"nobody"}""");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((404, "not_found_error"), (response.Status, response.ErrorCode));
        Assert.Contains("\"type\":\"error\"", response.Body, StringComparison.Ordinal);
    }
}
