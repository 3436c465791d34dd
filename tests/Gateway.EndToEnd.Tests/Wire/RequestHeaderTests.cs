using Gateway.Simulator;

namespace Gateway.EndToEnd.Tests.Wire;

/// <summary>Which headers reach the upstream: the README's two lists, looked at from the upstream's side.</summary>
public sealed class RequestHeaderTests(HeaderFixture fixture) : IClassFixture<HeaderFixture>
{
    private static readonly string[] Standard =
        ["Host", "Content-Type", "Content-Length", "Accept-Encoding", "Authorization", "User-Agent", "x-request-id", "x-added", "correlationId"];

    [Theory]
    [InlineData("Accept: text/event-stream")]
    [InlineData("User-Agent: my-agent/1.0 (test)")]
    [InlineData("OpenAI-Organization: org-1")]
    [InlineData("openai-beta: assistants=v2")]
    [InlineData("anthropic-version: 2023-06-01")]
    [InlineData("anthropic-beta: a,b")]
    [InlineData("x-dynamo-session-id: s-1")]
    [InlineData("x-dynamo-request-priority: 5")]
    [InlineData("x-session-id: s-2")]
    [InlineData("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("tracestate: vendor=1")]
    [InlineData("X-Allowed: yes")]
    [InlineData("x-request-id: client-id_1")]
    public async Task Header_OfTheList_IsForwardedAsItIs(string line)
    {
        string[] pair = line.Split(": ", 2);

        RecordedRequest seen = await SendAsync(line);

        Assert.Equal([pair[1]], seen.Headers[pair[0]]);
    }

    [Theory]
    [InlineData("api-key: client-secret")]
    [InlineData("x-api-key: client-secret")]
    [InlineData("Cookie: session=1")]
    [InlineData("Proxy-Authorization: Basic eDp5")]
    [InlineData("Proxy-Connection: keep-alive")]
    [InlineData("Keep-Alive: timeout=5")]
    [InlineData("TE: trailers")]
    [InlineData("Trailer: x-checksum")]
    [InlineData("Upgrade: websocket")]
    [InlineData("Expect: 100-continue")]
    [InlineData("Forwarded: for=192.0.2.1")]
    [InlineData("X-Forwarded-For: 192.0.2.1")]
    [InlineData("X-Forwarded-Host: evil")]
    [InlineData("x-tenant-id: other-tenant")]
    [InlineData("x-gateway-timeout: 30s")]
    [InlineData("x-gateway-anything: 1")]
    [InlineData("Accept-Language: en")]
    [InlineData("Origin: http://page")]
    [InlineData("Referer: http://page/")]
    [InlineData("x-stainless-os: Linux")]
    [InlineData("Cache-Control: no-cache")]
    public async Task Header_OffTheList_IsNotForwarded(string line)
    {
        RecordedRequest seen = await SendAsync(line);

        Assert.Empty(seen.Headers.Keys.Except(Standard, StringComparer.OrdinalIgnoreCase));
        Assert.DoesNotContain(line.Split(": ", 2)[1], seen.Headers.Values.SelectMany(values => values), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("x-session-id")]
    [InlineData("openai-organization")]
    [InlineData("X-Allowed")]
    public async Task Header_NamedByConnection_IsNotForwarded(string name)
    {
        string body = Requests.Body("chat", GatewayFixture.Model, stream: false);
        // Next to "close" or "keep-alive" the server keeps that word alone, so the name must be without them to be seen at all.
        string[] lines = [$"Connection: x-other, {name}", $"{name}: for-this-hop", "Content-Type: application/json", $"Content-Length: {body.Length}"];

        RawAnswer answer = await RawClient.SendAsync(fixture.Gateway.Address, "POST", "/v1/chat/completions", body, lines, untilClosed: false);

        Assert.Equal(200, answer.Status);
        RecordedRequest seen = fixture.LastPost;

        Assert.DoesNotContain(name, seen.Headers.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain("Connection", seen.Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Authorization_OfTheClient_IsReplacedByTheProviders()
    {
        RecordedRequest seen = await SendAsync("Authorization: Bearer client-secret");

        Assert.Equal([$"Bearer {HeaderFixture.ProviderKey}"], seen.Headers["Authorization"]);
    }

    [Fact]
    public async Task AcceptEncoding_Always_IsIdentity()
    {
        RecordedRequest seen = await SendAsync("Accept-Encoding: gzip, br");

        Assert.Equal(["identity"], seen.Headers["Accept-Encoding"]);
    }

    [Fact]
    public async Task Host_Always_IsTheUpstreams()
    {
        RecordedRequest seen = await SendAsync();

        Assert.Equal([fixture.Upstream.Address.Authority], seen.Headers["Host"]);
    }

    [Fact]
    public async Task Headers_OfTheProvider_AreAddedAndNamedOnce()
    {
        RecordedRequest seen = await SendAsync();
        RecordedRequest next = await SendAsync();

        Assert.Equal([HeaderFixture.AddedHeader], seen.Headers["x-added"]);
        Assert.NotEqual(Assert.Single(seen.Headers["correlationId"]), Assert.Single(next.Headers["correlationId"]));
    }

    [Fact]
    public async Task UserAgent_WhenTheClientHasNone_IsOurs()
    {
        RecordedRequest seen = await SendAsync();

        Assert.NotEmpty(Assert.Single(seen.Headers["User-Agent"]));
    }

    [Fact]
    public async Task ContentLength_WithTransferEncoding_IsRefusedAndTheConnectionClosed()
    {
        string body = Requests.Body("chat", GatewayFixture.Model, stream: false);
        long before = fixture.Upstream.ReceivedRequests;

        // Without "close": the refusal itself has to end the connection, or this would wait for ever.
        RawAnswer answer = await RawClient.SendAsync(fixture.Gateway.Address, "POST", "/v1/chat/completions", $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n",
            ["Connection: keep-alive", "Content-Type: application/json", $"Content-Length: {body.Length}", "Transfer-Encoding: chunked"]);

        Assert.Equal(400, answer.Status);
        Assert.Equal(before, fixture.Upstream.ReceivedRequests);
    }

    [Theory]
    [InlineData("Content-Encoding: gzip")]
    [InlineData("Content-Encoding: br")]
    public async Task ContentEncoding_OfARequest_Is415(string line)
    {
        RawAnswer answer = await RawClient.PostAsync(fixture.Gateway.Address, "/v1/chat/completions", Requests.Body("chat", GatewayFixture.Model, stream: false), line);

        Assert.Equal(415, answer.Status);
        Assert.Contains("\"unsupported_media_type\"", answer.Text, StringComparison.Ordinal);
    }

    private async Task<RecordedRequest> SendAsync(params string[] headerLines)
    {
        RawAnswer answer = await RawClient.PostAsync(fixture.Gateway.Address, "/v1/chat/completions", Requests.Body("chat", GatewayFixture.Model, stream: false), headerLines);
        Assert.True(answer.Status == 200, answer.Text);
        return fixture.LastPost;
    }
}
