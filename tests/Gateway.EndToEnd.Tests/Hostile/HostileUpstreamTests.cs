using System.Text;
namespace Gateway.EndToEnd.Tests.Hostile;

/// <summary>Upstreams that answer with anything: the client gets a documented error, the gateway stays up and bounded.</summary>
public sealed class HostileUpstreamTests : IClassFixture<OneUpstream>
{
    private readonly OneUpstream _upstream;

    public HostileUpstreamTests(OneUpstream upstream)
    {
        _upstream = upstream;
        upstream.Requests.Clear();
        upstream.Answer = static (connection, _) => Chat.AnswerAsync(connection);
    }

    public static TheoryData<string, string, int, string> Unary => new()
    {
        { "redirect", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/evil\r\nContent-Length: 0\r\n\r\n", 502, "upstream_invalid_response" },
        { "204", "HTTP/1.1 204 No Content\r\n\r\n", 502, "upstream_invalid_response" },
        { "202", Chat.Json("{}", "202 Accepted"), 502, "upstream_invalid_response" },
        { "304", "HTTP/1.1 304 Not Modified\r\n\r\n", 502, "upstream_invalid_response" },
        { "999", Chat.Json("{}", "999 What"), 502, "*" },
        { "000", Chat.Json("{}", "000 What"), 502, "upstream_invalid_response" },
        { "101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", 502, "upstream_invalid_response" },
        { "499", Chat.Json("{}", "499 Cancelled"), 502, "upstream_failed" },
        { "401", Chat.Json("""{"error":{"message":"bad key secret-of-the-upstream"}}""", "401 Unauthorized"), 502, "upstream_auth" },
        { "404 without a body", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, "model_not_found" },
        { "html", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", 502, "upstream_invalid_response" },
        { "html error page", "HTTP/1.1 500 Oops\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", 502, "upstream_failed" },
        { "cut json", Chat.Json("""{"id":"""), 502, "upstream_invalid_response" },
        { "json and more", Chat.Json("{}{}"), 502, "upstream_invalid_response" },
        { "array", Chat.Json("[]"), 502, "upstream_invalid_response" },
        { "empty body", Chat.Json(""), 502, "upstream_invalid_response" },
        { "no content type", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 502, "upstream_invalid_response" },
        { "gzip", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 502, "upstream_invalid_response" },
        { "length longer than the body", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{}", 502, "upstream_invalid_response" },
        { "chunked body cut", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", 502, "upstream_invalid_response" },
        { "huge header", $"HTTP/1.1 200 OK\r\nx: {new string('a', 70_000)}\r\n\r\n", 502, "upstream_invalid_response" },
        { "too many headers", $"HTTP/1.1 200 OK\r\n{string.Concat(Enumerable.Repeat("a: b\r\n", 200))}\r\n", 502, "upstream_invalid_response" },
        { "endless chunk extension", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2;" + new string('x', 70_000), 502, "upstream_invalid_response" },
        { "length and chunked", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 502, "upstream_invalid_response" },
        { "obs-fold", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx: a\r\n b\r\nContent-Length: 2\r\n\r\n{}", 502, "upstream_invalid_response" },
        { "interim flood", string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000)), 502, "upstream_invalid_response" },
        { "http/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 502, "upstream_invalid_response" },
        { "declares 8 EiB", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9223372036854775807\r\n\r\n{}", 502, "upstream_invalid_response" },
    };

    [Theory]
    [MemberData(nameof(Unary))]
    public async Task Answer_NotToBeTrusted_IsADocumentedError(string what, string script, int status, string code)
    {
        _ = what;
        _upstream.Answer = (connection, _) => EndAfterAsync(connection, script);
        RawResponse response = await AskAsync(Chat.Unary);

        Assert.Equal(status, response.Status);
        if (code != "*")
            Assert.Equal(code, response.ErrorCode);
        Assert.Null(response.Header("Location"));
        Assert.DoesNotContain("secret-of-the-upstream", response.Body);
        Assert.DoesNotContain(_upstream.Upstream.Authority, response.Body);
        await StillServesAsync();
    }

    public static TheoryData<string, string> Usable => new()
    {
        { "a few interim responses", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Chat.Json("{\"a\":1}") },
        { "bytes behind the body", Chat.Json("{\"a\":1}") + "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"evil\":1" },
        { "until the connection closes", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":1}" },
        { "http/1.0", "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}" },
        { "foreign headers", Chat.Json("{\"a\":1}", headers: "set-cookie: a=b\r\nserver: x\r\nvia: y\r\nx-ratelimit-limit: 3\r\n") },
    };

    [Theory]
    [MemberData(nameof(Usable))]
    public async Task Answer_OddButWhole_IsPassedAndItsSurplusIsNobodys(string what, string script)
    {
        _ = what;
        _upstream.Answer = (connection, _) => EndAfterAsync(connection, script);
        RawResponse response = await AskAsync(Chat.Unary);

        Assert.Equal((200, "{\"a\":1}"), (response.Status, response.Body));
        foreach (string name in new[] { "set-cookie", "server", "via", "x-ratelimit-limit", "link" })
            Assert.Null(response.Header(name));
        await StillServesAsync();
    }

    [Theory]
    [InlineData("openai-processing-ms: 5\r\nopenai-organization: caf\u00e9\r\n", "application/json", "application/json")]
    [InlineData("openai-processing-ms: 5\r\nNVCF-REQID: \u00ff\r\n", "application/json; x=\u00e9", "application/json")]
    [InlineData("openai-processing-ms: 5\r\nopenai-organization: caf\u00e9\r\n", "text/event-stream; x=\u00e9", "text/event-stream")]
    public async Task Answer_HeadersThatAreNotAscii_IsPassedWithoutThem(string headers, string contentType, string expected)
    {
        string body = expected == "application/json" ? "{\"a\":1}" : Chat.Content("Hello") + Chat.Finish + Chat.Done;
        _upstream.Answer = (connection, _) => connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}");
        RawResponse response = await AskAsync(Chat.Stream);

        Assert.Equal((200, expected, body), (response.Status, response.Header("Content-Type"), response.Body));
        Assert.Equal("5", response.Header("openai-processing-ms"));
        Assert.Null(response.Header("openai-organization") ?? response.Header("NVCF-REQID"));
        await _upstream.Gateway.IdleAsync();
    }

    [Fact]
    public async Task KeepAliveConnection_SurplusBehindTheAnswer_IsNotUsedAgain()
    {
        _upstream.Answer = (connection, _) => connection.WriteAsync(Chat.Json("{\"a\":1}") + Chat.Json("{\"evil\":1}"));
        for (int i = 0; i < 5; i++)
            Assert.Equal("{\"a\":1}", (await AskAsync(Chat.Unary)).Body);
    }

    [Theory]
    [InlineData("data: ")]
    [InlineData("")]
    [InlineData(": ")]
    public async Task Stream_EventThatNeverEnds_IsCutAtTheLimit(string prefix)
    {
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _upstream.Answer = async (connection, _) =>
        {
            await connection.WriteAsync(Chat.StreamHead);
            await connection.ChunkAsync(Chat.Content("first") + prefix);
            string block = new('x', 64 << 10);
            try
            {
                for (int i = 0; i < 1024; i++)
                    await connection.ChunkAsync(block);
            }
            finally
            {
                closed.SetResult();
            }
        };
        long before = _upstream.Gateway.ResidentBytes();
        RawResponse response = await AskAsync(Chat.Stream);

        Assert.Equal(2, response.Events.Count);
        Assert.Contains("\"code\":\"upstream_invalid_response\"", response.Events[^1]);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.InRange(_upstream.Gateway.ResidentBytes() - before, long.MinValue, 48 << 20);
    }

    [Fact]
    public async Task Stream_UnaryRequestGetsEvents_Is502()
    {
        RawResponse response = await AskAsync(Chat.Unary);
        Assert.Equal((502, "upstream_invalid_response"), (response.Status, response.ErrorCode));
    }

    [Fact]
    public async Task Stream_AnsweredWithOneJsonObject_IsPassed()
    {
        _upstream.Answer = static (connection, _) => connection.WriteAsync(Chat.Json("{\"a\":1}"));
        RawResponse response = await AskAsync(Chat.Stream);
        Assert.Equal((200, "application/json", "{\"a\":1}"), (response.Status, response.Header("Content-Type"), response.Body));
    }

    [Fact]
    public async Task Answer_ErrorBodyIsCompressed_IsTheStatusWithoutItsBytes()
    {
        _upstream.Answer = static (connection, _) => connection.WriteAsync(Chat.Json("\u001f\u008b\bjunk", "400 Bad Request", "Content-Encoding: gzip\r\n"));
        RawResponse response = await AskAsync(Chat.Unary);
        Assert.Equal((400, "invalid_request"), (response.Status, response.ErrorCode));
        Assert.Equal("The upstream rejected the request with status 400.", response.Error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Answer_ErrorBodyNeverEnds_IsBounded()
    {
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _upstream.Answer = async (connection, _) =>
        {
            string block = new StringBuilder().Append(' ', 1 << 20).ToString();
            await connection.WriteAsync("HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            try
            {
                for (int i = 0; i < 256; i++)
                    await connection.ChunkAsync(block);
            }
            finally
            {
                closed.SetResult();
            }
        };
        RawResponse response = await AskAsync(Chat.Unary);
        Assert.Equal(502, response.Status);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
    }

    private static async Task EndAfterAsync(UpstreamConnection connection, string script)
    {
        await connection.WriteAsync(script);
        connection.End();
        await connection.ClosedAsync();
    }

    private async Task StillServesAsync()
    {
        _upstream.Answer = static (connection, _) => connection.WriteAsync(Chat.Json("{\"next\":1}"));
        Assert.Equal("{\"next\":1}", (await AskAsync(Chat.Unary)).Body);
    }

    private async Task<RawResponse> AskAsync(string body)
    {
        using RawClient client = await RawClient.PostAsync(_upstream.Gateway.Address, Chat.Path, body);
        return await client.ReadResponseAsync();
    }
}
