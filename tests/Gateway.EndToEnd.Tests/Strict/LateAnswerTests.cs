using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Strict;

/// <summary>Rows 23 and 24 of the failure table: 202 with NVCF-REQID, and 400 "DEGRADED function".</summary>
public sealed class LateAnswerTests : IClassFixture<StrictFixture>
{
    private const string Pending = "HTTP/1.1 202 Accepted\r\nNVCF-REQID: 4f1b_A-9\r\nContent-Length: 0\r\n\r\n";

    private readonly StrictFixture _fixture;

    public LateAnswerTests(StrictFixture fixture)
    {
        _fixture = fixture;
        fixture.Requests.Clear();
    }

    [Fact]
    public async Task Unary_Pending_IsAskedForUntilItIsThere()
    {
        Answer(Pending, Pending.Replace("NVCF", "Retry-After: 0\r\nNVCF"), Chat.Json("{\"a\":1}", headers: "NVCF-REQID: 4f1b_A-9\r\n"));

        using HttpResponseMessage response = await _fixture.ChatAsync("m1");

        Assert.Equal("{\"a\":1}", await StrictFixture.TextAsync(response));
        Assert.Equal(("1", "4f1b_A-9"), (StrictFixture.Header(response, "x-gateway-attempts"), StrictFixture.Header(response, "NVCF-REQID")));
        string[] requests = [.. _fixture.Requests];
        Assert.Equal(3, requests.Length);
        Assert.All(requests[1..], request =>
        {
            Assert.StartsWith("GET /v2/nvcf/pexec/status/4f1b_A-9 HTTP/1.1\r\n", request);
            Assert.Contains("\r\nAuthorization: Bearer nvapi-secret\r\n", request);
        });
    }

    [Fact]
    public async Task Stream_Pending_IsRelayedAsAStream()
    {
        _fixture.Answer = static (connection, request) => IsPost(request) ? connection.WriteAsync(Pending) : Chat.AnswerAsync(connection);

        using HttpResponseMessage response = await _fixture.ChatAsync("m1", ",\"stream\":true");

        Assert.Equal(Chat.Role + Chat.Content("Hello") + Chat.Finish + Chat.Done, await StrictFixture.TextAsync(response));
    }

    [Theory]
    [InlineData("/result/1?sig=a%20b", "GET /result/1?sig=a%20b ")]
    [InlineData("NIMresult", "GET /result ")]
    public async Task Unary_RedirectToTheResult_IsFollowed(string location, string expected)
    {
        location = location.Replace("NIM", _fixture.Nim.AbsoluteUri);
        Answer(Pending, $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n", Chat.Json("{\"a\":1}"));

        using HttpResponseMessage response = await _fixture.ChatAsync("m1");

        Assert.Equal("{\"a\":1}", await StrictFixture.TextAsync(response));
        Assert.StartsWith(expected, _fixture.Requests.Last());
    }

    [Fact]
    public async Task Unary_RedirectElsewhereWithoutTls_IsNotFollowed()
    {
        using ScriptedUpstream elsewhere = new(static (connection, _) => connection.WriteAsync(Chat.Json("{\"evil\":1}")));
        string redirect = $"HTTP/1.1 302 Found\r\nLocation: {elsewhere.Address}result\r\nContent-Length: 0\r\n\r\n";
        _fixture.Answer = (connection, request) => connection.WriteAsync(IsPost(request) ? Pending : redirect);

        using HttpResponseMessage response = await _fixture.ChatAsync("m1");

        Assert.Equal(502, (int)response.StatusCode);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData("../../../admin")]
    [InlineData("a%2fb")]
    [InlineData("a b")]
    [InlineData("")]
    public async Task Unary_IdThatIsNone_IsNoPath(string id)
    {
        _fixture.Answer = (connection, _) => connection.WriteAsync(Pending.Replace("4f1b_A-9", id));

        using HttpResponseMessage response = await _fixture.ChatAsync("m1");

        Assert.Equal(502, (int)response.StatusCode);
        Assert.DoesNotContain(_fixture.Requests, request => !IsPost(request));
    }

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("401 Unauthorized")]
    public async Task Unary_LostWhilePending_AnotherProviderAnswers(string status)
    {
        _fixture.Answer = (connection, request) => connection.WriteAsync(IsPost(request) ? Pending : Chat.Json("{}", status));

        using HttpResponseMessage response = await _fixture.ChatAsync("both");

        Assert.Equal("""{"from":"other"}""", await StrictFixture.TextAsync(response));
    }

    [Fact]
    public async Task Unary_ClientLeavesWhilePending_NobodyIsAskedAnyMore()
    {
        TaskCompletionSource polled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _fixture.Answer = async (connection, request) =>
        {
            await connection.WriteAsync(Pending);
            if (!IsPost(request))
                polled.TrySetResult();
        };
        using CancellationTokenSource leave = new();
        Task<HttpResponseMessage> asking = _fixture.ChatAsync("m1", cancellation: leave.Token);
        await polled.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        await _fixture.Gateway.IdleAsync();
    }

    [Fact]
    public async Task Unary_Degraded_IsAnOverload()
    {
        Answer(Chat.Json("""{"title":"Bad Request","status":400,"detail":"Function id 'f': DEGRADED function cannot be invoked"}""", "400 Bad Request"));

        using HttpResponseMessage fallback = await _fixture.ChatAsync("both");
        Assert.Equal("""{"from":"other"}""", await StrictFixture.TextAsync(fallback));
        Assert.Equal("other", StrictFixture.Header(fallback, "x-gateway-provider"));
        await _fixture.Gateway.IdleAsync();
    }

    private static bool IsPost(string request) => request.StartsWith("POST ", StringComparison.Ordinal);

    private void Answer(params string[] answers)
    {
        int next = 0;
        _fixture.Answer = (connection, _) => connection.WriteAsync(answers[Math.Min(next++, answers.Length - 1)]);
    }
}
