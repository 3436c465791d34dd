namespace Gateway.EndToEnd.Tests.Hostile;

/// <summary>The rows of the error table that are the client's fault; none of them reaches an upstream.</summary>
public sealed class BadInputTests : IClassFixture<OneUpstream>
{
    private readonly OneUpstream _upstream;

    public BadInputTests(OneUpstream upstream)
    {
        _upstream = upstream;
        upstream.Requests.Clear();
        upstream.Answer = static (connection, _) => connection.WriteAsync(Chat.Json("{}"));
    }

    public static TheoryData<string, string, int, string> Bodies => new()
    {
        { "empty", "", 400, "invalid_json" },
        { "no object", "[1]", 400, "invalid_json" },
        { "cut", """{"model":"m",""", 400, "invalid_json" },
        { "two objects", """{"model":"m"}{"model":"m"}""", 400, "invalid_json" },
        { "comment", """{"model":"m"/**/}""", 400, "invalid_json" },
        { "byte order mark behind the start", " \u00ef\u00bb\u00bf{\"model\":\"m\"}", 400, "invalid_json" },
        { "too deep", "{\"model\":\"m\",\"a\":" + new string('[', 2000) + new string(']', 2000) + "}", 400, "invalid_json" },
        { "no UTF-8", "{\"model\":\"m\u00ff\"}", 400, "invalid_json" },
        { "no model", """{"messages":[]}""", 400, "missing_model" },
        { "null model", """{"model":null}""", 400, "missing_model" },
        { "number for a model", """{"model":5}""", 400, "invalid_field" },
        { "text for stream", """{"model":"m","stream":"yes"}""", 400, "invalid_field" },
        { "doubled field", """{"model":"m","stream":true,"stream":false}""", 400, "duplicate_field" },
        { "doubled field, once escaped", """{"model":"m","\u006dodel":"other"}""", 400, "duplicate_field" },
        { "unknown model", """{"model":"nobody"}""", 404, "model_not_found" },
        { "one byte too large", "{\"model\":\"m\"}" + new string(' ', (64 << 10) - 12), 413, "request_too_large" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_Unusable_IsRefusedInOpenAiShape(string what, string body, int status, string code)
    {
        _ = what;
        using RawClient client = await RawClient.PostAsync(_upstream.Gateway.Address, Chat.Path, body, "x-request-id: mine-1\r\n");
        RawResponse response = await client.ReadResponseAsync();

        Assert.Equal((status, code), (response.Status, response.ErrorCode));
        Assert.Equal("mine-1", response.Header("x-request-id"));
        Assert.Equal(["message", "type", "param", "code"], response.Error.EnumerateObject().Select(property => property.Name));
        Assert.Empty(_upstream.Requests);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_UnusableMessage_IsRefusedInAnthropicShape(string what, string body, int status, string code)
    {
        _ = (what, code);
        using RawClient client = await RawClient.PostAsync(_upstream.Gateway.Address, "/v1/messages", body);
        RawResponse response = await client.ReadResponseAsync();

        Assert.Equal(status, response.Status);
        Assert.StartsWith("{\"type\":\"error\",\"error\":{\"type\":\"", response.Body);
        Assert.Empty(_upstream.Requests);
    }

    [Fact]
    public async Task Body_SyntaxError_NamesItsByteOffset()
    {
        using RawClient client = await RawClient.PostAsync(_upstream.Gateway.Address, Chat.Path, """{"model":"m",,}""");
        Assert.Contains("13", (await client.ReadResponseAsync()).Error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Body_ByteOrderMark_IsNotSentOn()
    {
        using RawClient client = await RawClient.PostAsync(_upstream.Gateway.Address, Chat.Path, "\u00ef\u00bb\u00bf" + Chat.Unary);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        Assert.EndsWith($"Content-Length: {Chat.Unary.Length}\r\n\r\n{Chat.Unary}", Assert.Single(_upstream.Requests));
    }

    [Fact]
    public async Task Body_ExactlyAtTheLimit_IsServed()
    {
        using RawClient client = await RawClient.PostAsync(_upstream.Gateway.Address, Chat.Path, "{\"model\":\"m\"}" + new string(' ', (64 << 10) - 13));
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Theory]
    [InlineData("Content-Length: 70000\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n11170\r\n")]
    public async Task Body_TooLarge_IsRefusedAndTheConnectionClosed(string framing)
    {
        using RawClient client = await RawClient.ConnectAsync(_upstream.Gateway.Address);
        await client.SendAsync($"POST {Chat.Path} HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n{framing}{new string(' ', 70_000)}");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((413, "request_too_large", "close"), (response.Status, response.ErrorCode, response.Header("Connection")));
        Assert.Empty(_upstream.Requests);
    }

    public static TheoryData<string, string, int, string> Heads => new()
    {
        { "no such route", "POST /v1/nothing", 404, "route_not_found" },
        { "root", "GET /", 404, "route_not_found" },
        { "no such router", "POST /router/none/chat/completions", 404, "router_not_found" },
        { "no such router's models", "GET /router/none/models", 404, "router_not_found" },
        { "no such model", "GET /v1/models/none", 404, "model_not_found" },
        { "wrong method", "GET /v1/chat/completions", 405, "method_not_allowed" },
        { "delete", "DELETE /v1/models", 405, "method_not_allowed" },
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task Route_Unknown_IsRefused(string what, string line, int status, string code)
    {
        _ = what;
        using RawClient client = await RawClient.ConnectAsync(_upstream.Gateway.Address);
        await client.SendAsync($"{line} HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\n\r\n{{}}");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((status, code), (response.Status, response.ErrorCode));
        Assert.NotNull(response.Header("x-request-id"));
    }

    [Theory]
    [InlineData("Content-Type: text/plain\r\n")]
    [InlineData("Content-Type: application/jsonp\r\n")]
    [InlineData("Content-Type: application/json\r\nContent-Encoding: gzip\r\n")]
    [InlineData("Content-Type: application/json\r\nContent-Encoding: identity, br\r\n")]
    public async Task MediaType_NoPlainJson_Is415(string headers)
    {
        using RawClient client = await RawClient.ConnectAsync(_upstream.Gateway.Address);
        await client.SendAsync($"POST {Chat.Path} HTTP/1.1\r\nHost: g\r\n{headers}Content-Length: {Chat.Unary.Length}\r\n\r\n{Chat.Unary}");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((415, "unsupported_media_type"), (response.Status, response.ErrorCode));
    }

    [Theory]
    [InlineData("Content-Type: application/json; charset=utf-8\r\n")]
    [InlineData("Content-Type: application/vnd.api+json\r\n")]
    [InlineData("content-type: Application/JSON\r\nContent-Encoding: identity\r\n")]
    [InlineData("")]
    public async Task MediaType_SomeJson_IsServed(string headers)
    {
        using RawClient client = await RawClient.ConnectAsync(_upstream.Gateway.Address);
        await client.SendAsync($"POST {Chat.Path} HTTP/1.1\r\nHost: g\r\n{headers}Content-Length: {Chat.Unary.Length}\r\n\r\n{Chat.Unary}");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Body_StopsHalfWay_Is408()
    {
        using RawClient client = await RawClient.ConnectAsync(_upstream.Gateway.Address);
        await client.SendAsync($"POST {Chat.Path} HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{\"model\"");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((408, "request_timeout", "close"), (response.Status, response.ErrorCode, response.Header("Connection")));
        Assert.Empty(_upstream.Requests);
    }

    [Fact]
    public async Task Expect_Continue_IsInvitedAndServed()
    {
        using RawClient client = await RawClient.ConnectAsync(_upstream.Gateway.Address);
        await client.SendAsync($"POST {Chat.Path} HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {Chat.Unary.Length}\r\n\r\n");
        await client.ReadUntilAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync(Chat.Unary);
        Assert.Contains("HTTP/1.1 200 OK", await client.ReadToEndAsync());
        Assert.DoesNotContain("Expect", Assert.Single(_upstream.Requests));
    }

    [Fact]
    public async Task Head_OfARelayedPath_Is405WithoutABody()
    {
        using RawClient client = await RawClient.ConnectAsync(_upstream.Gateway.Address);
        await client.SendAsync($"HEAD {Chat.Path} HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n");
        string answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 405", answer);
        Assert.EndsWith("\r\n\r\n", answer);
        Assert.Contains("Allow: POST\r\n", answer);
    }
}
