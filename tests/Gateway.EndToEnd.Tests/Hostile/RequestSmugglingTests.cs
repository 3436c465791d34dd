namespace Gateway.EndToEnd.Tests.Hostile;

/// <summary>Requests that two servers could read in two ways: nothing of them may reach an upstream as something else.</summary>
public sealed class RequestSmugglingTests : IClassFixture<OneUpstream>
{
    private const string Start = "POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n";
    private const string Smuggled = "GET /admin HTTP/1.1\r\nHost: gateway\r\n\r\n";

    private static readonly string Length = $"Content-Length: {Chat.Unary.Length}\r\n";
    private static readonly string Chunks = $"{Chat.Unary.Length:x}\r\n{Chat.Unary}\r\n0\r\n\r\n";

    private readonly OneUpstream _upstream;

    public RequestSmugglingTests(OneUpstream upstream)
    {
        _upstream = upstream;
        upstream.Requests.Clear();
        upstream.Answer = static (connection, _) => connection.WriteAsync(Chat.Json("{}"));
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "length, then chunked", Start + Length + "Transfer-Encoding: chunked\r\n\r\n" + Chunks },
        { "chunked, then length", Start + "Transfer-Encoding: chunked\r\n" + Length + "\r\n" + Chunks },
        { "a request behind the shorter reading", Start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Smuggled },
        { "the same length twice", Start + Length + Length + "\r\n" + Chat.Unary },
        { "two lengths", Start + Length + "Content-Length: 3\r\n\r\n" + Chat.Unary },
        { "a list of lengths", Start + $"Content-Length: {Chat.Unary.Length}, {Chat.Unary.Length}\r\n\r\n" + Chat.Unary },
        { "negative length", Start + "Content-Length: -1\r\n\r\n" + Chat.Unary },
        { "xchunked", Start + "Transfer-Encoding: xchunked\r\n\r\n" + Chunks },
        { "chunked, identity", Start + "Transfer-Encoding: chunked, identity\r\n\r\n" + Chunks },
        { "gzip, chunked", Start + "Transfer-Encoding: gzip, chunked\r\n\r\n" + Chunks },
        { "chunked twice", Start + "Transfer-Encoding: chunked, chunked\r\n\r\n" + Chunks },
        { "two fields", Start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks },
        { "empty element", Start + "Transfer-Encoding: ,chunked\r\n\r\n" + Chunks },
        { "vertical tab", Start + "Transfer-Encoding: chunked\v\r\n\r\n" + Chunks },
        { "quoted", Start + "Transfer-Encoding: \"chunked\"\r\n\r\n" + Chunks },
        { "space before the colon", Start + "Transfer-Encoding : chunked\r\n\r\n" + Chunks },
        { "obs-fold", Start + Length + "x-session-id: a\r\n b\r\n\r\n" + Chat.Unary },
        { "bare CR", Start + Length + "x-session-id: a\rx-evil: b\r\n\r\n" + Chat.Unary },
        { "NUL in a value", Start + Length + "x-session-id: a\0b\r\n\r\n" + Chat.Unary },
        { "NUL in the path", Start.Replace("completions", "completions\0", StringComparison.Ordinal) + Length + "\r\n" + Chat.Unary },
        { "value that is no UTF-8", Start + Length + "x-session-id: \u00e9\r\n\r\n" + Chat.Unary },
        { "another host in the target", Start.Replace("/v1", "http://evil/v1", StringComparison.Ordinal) + Length + "\r\n" + Chat.Unary },
        { "no host", Start.Replace("Host: gateway\r\n", "", StringComparison.Ordinal) + Length + "\r\n" + Chat.Unary },
        { "two hosts", Start + "Host: evil\r\n" + Length + "\r\n" + Chat.Unary },
        { "space in the query", Start.Replace("completions ", "completions?a b ", StringComparison.Ordinal) + Length + "\r\n" + Chat.Unary },
        { "huge header", Start + Length + $"x-session-id: {new string('a', 64 << 10)}\r\n\r\n" + Chat.Unary },
        { "bad chunk size", Start + "Transfer-Encoding: chunked\r\n\r\n0x" + Chunks },
        { "negative chunk size", Start + "Transfer-Encoding: chunked\r\n\r\n-" + Chunks },
        { "chunk size that overflows", Start + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff" + Chunks },
        { "bare LF behind a chunk size", Start + $"Transfer-Encoding: chunked\r\n\r\n{Chat.Unary.Length:x}\n{Chat.Unary}\r\n0\r\n\r\n" },
        { "bare LF in a chunk extension", Start + $"Transfer-Encoding: chunked\r\n\r\n{Chat.Unary.Length:x};a\nb\r\n{Chat.Unary}\r\n0\r\n\r\n" },
        { "chunk longer than its size", Start + $"Transfer-Encoding: chunked\r\n\r\n5\r\n{Chat.Unary}\r\n0\r\n\r\n" },
        { "space behind a chunk size", Start + $"Transfer-Encoding: chunked\r\n\r\n{Chat.Unary.Length:x} \r\n{Chat.Unary}\r\n0\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Request_CouldBeReadInTwoWays_IsRefusedAndTheConnectionClosed(string what, string request)
    {
        _ = what;
        using RawClient client = await RawClient.ConnectAsync(_upstream.Gateway.Address);
        await client.SendAsync(request);
        string answer = await client.ReadToEndAsync();

        // 431 for the header that is too large; and only one answer: what follows is not another request.
        Assert.StartsWith(what == "huge header" ? "HTTP/1.1 431" : "HTTP/1.1 400", answer);
        Assert.Equal(0, answer.IndexOf("HTTP/1.1", StringComparison.Ordinal));
        Assert.Equal(answer.LastIndexOf("HTTP/1.1", StringComparison.Ordinal), answer.IndexOf("HTTP/1.1", StringComparison.Ordinal));
        Assert.Empty(_upstream.Requests);
    }

    [Fact]
    public async Task Request_LengthAndChunked_AnswersInTheEndpointsShape()
    {
        using RawClient client = await RawClient.ConnectAsync(_upstream.Gateway.Address);
        await client.SendAsync(Start.Replace("chat/completions", "messages", StringComparison.Ordinal) + Length + "Transfer-Encoding: chunked\r\n\r\n" + Chunks);
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal("invalid_request_error", response.Error.GetProperty("type").GetString());
        Assert.Equal("close", response.Header("Connection"));
        Assert.NotNull(response.Header("x-request-id"));
    }

    public static TheoryData<string, string, string> Passed => new()
    {
        { "odd query bytes", "?a=b%0d%0aX:y&c=\"<>|{}^`[]\\", "POST /v1/chat/completions?a=b%0d%0aX:y&c=\"<>|{}^`[]\\ HTTP/1.1\r\n" },
        { "tab in the query", "?a=b\tc", "POST /v1/chat/completions HTTP/1.1\r\n" },
        { "fragment", "?a=b#c", "POST /v1/chat/completions HTTP/1.1\r\n" },
        { "escaped path", "", "POST /v1/chat/completions HTTP/1.1\r\n" },
    };

    [Theory]
    [MemberData(nameof(Passed))]
    public async Task Query_OddBytes_NeverSplitTheRequestLine(string what, string query, string expected)
    {
        string path = what == "escaped path" ? "/v1/chat/compl%65tions" : "/v1/chat/completions";
        using RawClient client = await RawClient.PostAsync(_upstream.Gateway.Address, path + query, Chat.Unary);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        Assert.StartsWith(expected, Assert.Single(_upstream.Requests));
    }

    [Fact]
    public async Task Headers_HostileOnes_DoNotReachTheUpstream()
    {
        const string Hostile =
            "Connection: x-session-id\r\nx-session-id: named by Connection\r\nKeep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\nCookie: a=b\r\n" +
            "Authorization: Bearer client-key\r\napi-key: client-key\r\nx-api-key: client-key\r\nProxy-Authorization: x\r\nForwarded: for=1\r\nX-Forwarded-For: 1\r\n" +
            "x-tenant-id: other\r\nx-gateway-debug: 1\r\nopenai-control: a\u0001b\r\nopenai-beta: yes\r\nX-Content-Length: 3\r\nx-unknown: 1\r\n";
        using RawClient client = await RawClient.PostAsync(_upstream.Gateway.Address, Chat.Path, Chat.Unary, Hostile);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);

        string head = Assert.Single(_upstream.Requests).Split("\r\n\r\n")[0];
        string[] names = [.. head.Split("\r\n")[1..].Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)].ToUpperInvariant()).Order(StringComparer.Ordinal)];
        Assert.Equal(["ACCEPT-ENCODING", "AUTHORIZATION", "CONTENT-LENGTH", "CONTENT-TYPE", "HOST", "OPENAI-BETA", "USER-AGENT", "X-REQUEST-ID"], names);
        Assert.DoesNotContain("client-key", head);
        Assert.Contains("Authorization: Bearer secret-of-the-upstream", head);
    }

    [Fact]
    public async Task Trailers_OfAChunkedRequest_AreDropped()
    {
        using RawClient client = await RawClient.ConnectAsync(_upstream.Gateway.Address);
        await client.SendAsync($"{Start}Transfer-Encoding: chunked\r\n\r\n{Chat.Unary.Length:x};ext=1\r\n{Chat.Unary}\r\n0\r\nx-session-id: evil\r\nContent-Length: 3\r\n\r\n");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        string request = Assert.Single(_upstream.Requests);
        Assert.DoesNotContain("evil", request);
        Assert.EndsWith($"Content-Length: {Chat.Unary.Length}\r\n\r\n{Chat.Unary}", request);
    }

    [Fact]
    public async Task Pipeline_TwoRequestsAtOnce_AreTwoRequests()
    {
        using RawClient client = await RawClient.ConnectAsync(_upstream.Gateway.Address);
        string one = Start + Length + "\r\n" + Chat.Unary;
        await client.SendAsync(one + one.Replace("HTTP/1.1\r\n", "HTTP/1.1\r\nConnection: close\r\n", StringComparison.Ordinal));
        string answers = await client.ReadToEndAsync();
        Assert.Equal(3, answers.Split("HTTP/1.1 200 OK").Length);
        Assert.Equal(2, _upstream.Requests.Count);
    }
}
