using System.Net;
using System.Net.Sockets;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>The rows of the failure table that concern one stream, with <c>mid-stream: error</c>.</summary>
public sealed class StreamFailureTests : IAsyncLifetime, IDisposable
{
    private const string ErrorData = "data: {\"error\":{\"message\":\"Internal server error\",\"type\":\"internal_server_error\",\"code\":500}}\n\n";

    // New for each test: failures in a row eject the first provider.
    private readonly TwoProviders _providers = new();

    public Task InitializeAsync() => _providers.InitializeAsync();

    public Task DisposeAsync() => _providers.DisposeAsync();

    public void Dispose() => _providers.Dispose();

    public static TheoryData<string, string> BeforeContent => new()
    {
        { "reset before a head", "reset" },
        { "end before a head", "" },
        { "half a head", "HTTP/1.1 200 OK\r\nContent-" },
        { "silence", "silent" },
        { "role chunk, then silence", "silent:" + Chat.StreamHead + Chunk(Chat.Role) },
        { "role chunk, then end", Chat.StreamHead + Chunk(Chat.Role) },
        { "error data", Chat.StreamHead + Chunk(ErrorData + Chat.Done) },
        { "error event", Chat.StreamHead + Chunk("event: error\n: it broke\n\n") },
        { "no event at all", Chat.StreamHead + Chat.End },
        { "done without content", Chat.StreamHead + Chunk(Chat.Role + Chat.Done) + Chat.End },
        { "html", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>" },
        { "no json", Chat.Json("nonsense") },
        { "cut json", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"id\":1}" },
        { "gzip", "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunk("\u001f\u008b") },
        { "not http", "SSH-2.0-OpenSSH_9.2\r\n\r\n" },
        { "two lengths", "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(BeforeContent))]
    public async Task Stream_FirstReplicaFailsBeforeContent_TheOtherAnswersUnseen(string what, string script)
    {
        _ = what;
        _providers.First = connection => PlayAsync(connection, script);
        RawResponse response = await AskAsync("m");

        Assert.Equal(200, response.Status);
        Assert.Equal("good", response.Header("x-gateway-provider"));
        Assert.Equal("2", response.Header("x-gateway-attempts"));
        Assert.Equal(Chat.Role + Chat.Content("Hello") + Chat.Finish + Chat.Done, response.Body);
    }

    public static TheoryData<string, string, int, string> NobodyElse => new()
    {
        { "reset before a head", "reset", 502, "upstream_unreachable" },
        { "role chunk, then end", Chat.StreamHead + Chunk(Chat.Role), 502, "upstream_incomplete" },
        { "silence", "silent", 504, "first_byte_timeout" },
        { "role chunk, then silence", "silent:" + Chat.StreamHead + Chunk(Chat.Role), 504, "first_byte_timeout" },
        { "comments only", "silent:" + Chat.StreamHead + Chunk(":\n\n:\n\n"), 504, "first_byte_timeout" },
        { "error data", Chat.StreamHead + Chunk(ErrorData + Chat.Done), 502, "upstream_failed" },
        { "html", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", 502, "upstream_invalid_response" },
    };

    [Theory]
    [MemberData(nameof(NobodyElse))]
    public async Task Stream_OnlyReplicaFailsBeforeContent_IsItsTrueStatus(string what, string script, int status, string code)
    {
        _ = what;
        _providers.First = connection => PlayAsync(connection, script);
        RawResponse response = await AskAsync("only-bad");

        Assert.Equal((status, code), (response.Status, response.ErrorCode));
        Assert.NotNull(response.Header("x-request-id"));
    }

    public static TheoryData<string, string, string> AfterContent => new()
    {
        { "end of connection", "", "upstream_incomplete" },
        { "clean end of body", Chat.End, "upstream_incomplete" },
        { "done without a finish reason", Chunk(Chat.Done) + Chat.End, "upstream_incomplete" },
        { "error data, then done", Chunk(ErrorData + Chat.Done) + Chat.End, "upstream_failed" },
        { "error event", Chunk("event: error\n: it broke\n\n") + Chat.End, "upstream_failed" },
        { "bad chunk size", "zz\r\n", "upstream_incomplete" },
        { "silence", "silent:", "idle_timeout" },
        { "reset", "reset:", "upstream_incomplete" },
        { "a malformed event, then the end", Chunk("data: {\"choices\":[{\n\n") + Chat.End, "upstream_incomplete" },
    };

    [Theory]
    [MemberData(nameof(AfterContent))]
    public async Task Stream_FailsAfterContent_EndsWithOneErrorEventAndNoDone(string what, string script, string code)
    {
        _ = what;
        _providers.First = async connection =>
        {
            await connection.WriteAsync(Chat.StreamHead + Chunk(Chat.Role + Chat.Content("first")));
            await PlayAsync(connection, script);
        };
        RawResponse response = await AskAsync("m");

        Assert.Equal(200, response.Status);
        Assert.StartsWith(Chat.Role + Chat.Content("first"), response.Body);
        Assert.Equal(3, response.Events.Count);
        Assert.StartsWith("data: {\"error\":{", response.Events[^1]);
        Assert.Contains($"\"code\":\"{code}\"", response.Events[^1]);
        Assert.DoesNotContain("[DONE]", response.Body);
        Assert.Equal("incomplete", (await _providers.Gateway.LogOfAsync(response.Header("x-request-id")!)).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Stream_OnlyCommentsAfterContent_IsIdle()
    {
        _providers.First = async connection =>
        {
            await connection.WriteAsync(Chat.StreamHead + Chunk(Chat.Content("first")));
            Task closed = connection.ClosedAsync();
            while (!closed.IsCompleted)
            {
                await connection.WriteAsync(Chunk(":\n\n"));
                await Task.WhenAny(closed, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System));
            }
        };
        RawResponse response = await AskAsync("m");
        Assert.Contains("\"code\":\"idle_timeout\"", response.Events[^1]);
    }

    public static TheoryData<string, string> Complete => new()
    {
        { "clean end without done", Chunk(Chat.Finish) + Chat.End },
        { "connection ends without done", Chunk(Chat.Finish) },
        { "done", Chunk(Chat.Finish + Chat.Done) + Chat.End },
        { "two dones", Chunk(Chat.Finish + Chat.Done + Chat.Done) + Chat.End },
        { "done, connection never closed", "silent:" + Chunk(Chat.Finish + Chat.Done) },
        { "finished, then silence", "silent:" + Chunk(Chat.Finish) },
        { "a malformed event before the finish", Chunk("data: {\"choices\":[{\n\n" + Chat.Finish + Chat.Done) + Chat.End },
    };

    [Theory]
    [MemberData(nameof(Complete))]
    public async Task Stream_AnswerIsComplete_HasExactlyOneDone(string what, string script)
    {
        _ = what;
        _providers.First = async connection =>
        {
            await connection.WriteAsync(Chat.StreamHead + Chunk(Chat.Content("first")));
            await PlayAsync(connection, script);
        };
        RawResponse response = await AskAsync("m");

        Assert.Equal(Chat.Content("first") + Chat.Finish + Chat.Done, response.Body);
        Assert.Equal("ok", (await _providers.Gateway.LogOfAsync(response.Header("x-request-id")!)).GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("only-bad", 504)]
    [InlineData("m", 504)]
    public async Task Timeout_ShortenedByTheClient_BoundsAllAttempts(string model, int status)
    {
        _providers.First = connection => PlayAsync(connection, "silent");
        RawResponse response = await AskAsync(model, headers: "x-gateway-timeout: 150ms\r\n");
        Assert.Equal((status, "total_timeout"), (response.Status, response.ErrorCode));
    }

    [Fact]
    public async Task Timeout_TotalPassesMidStream_IsAnErrorEvent()
    {
        _providers.First = async connection =>
        {
            await connection.WriteAsync(Chat.StreamHead + Chunk(Chat.Content("first")));
            await PlayAsync(connection, "silent");
        };
        RawResponse response = await AskAsync("m", headers: "x-gateway-timeout: 200ms\r\n");
        Assert.Equal(2, response.Events.Count);
        Assert.Contains("\"code\":\"total_timeout\"", response.Events[^1]);
    }

    [Fact]
    public async Task Timeout_UnaryAnswerNeverComes_Is504()
    {
        _providers.First = connection => PlayAsync(connection, "silent");
        RawResponse response = await AskAsync("only-bad", stream: false, headers: "x-gateway-timeout: 200ms\r\n");
        Assert.Equal((504, "total_timeout"), (response.Status, response.ErrorCode));
    }

    [Fact]
    public async Task Timeout_HeaderIsNoDuration_Is400()
    {
        RawResponse response = await AskAsync("m", headers: "x-gateway-timeout: soon\r\n");
        Assert.Equal((400, "invalid_header"), (response.Status, response.ErrorCode));
    }

    [Fact]
    public async Task Connection_ReusedOneDiesWithTheRequest_IsOnceMoreOnAFreshOneOfTheSameReplica()
    {
        int requests = 0;
        _providers.First = async connection =>
        {
            if (Interlocked.Increment(ref requests) == 2)
                connection.Reset();
            else
                await Chat.AnswerAsync(connection);
        };
        await AskAsync("m");
        RawResponse response = await AskAsync("m");

        Assert.Equal(("bad", "1"), (response.Header("x-gateway-provider"), response.Header("x-gateway-attempts")));
        Assert.Equal(3, requests);
    }

    [Fact]
    public async Task Connect_FirstReplicaRefuses_TheOtherAnswers()
    {
        using Socket unused = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using ScriptedUpstream good = new((connection, _) => Chat.AnswerAsync(connection));
        Uri refusing = new($"http://127.0.0.1:{((IPEndPoint)unused.LocalEndPoint!).Port}");
        await using GatewayProcess gateway = await Serving.StartAsync([refusing, good.Address], top: "keepalive: { interval: 0s }");

        for (int i = 0; i < 4; i++)
        {
            using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream);
            RawResponse response = await client.ReadResponseAsync();
            Assert.Equal((200, "p-2"), (response.Status, response.Header("x-gateway-replica")));
        }
    }

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    /// <summary>"reset", "silent", "silent:bytes", or the bytes and then FIN.</summary>
    private static async Task PlayAsync(UpstreamConnection connection, string script)
    {
        bool isSilent = script.StartsWith("silent", StringComparison.Ordinal);
        if (script.StartsWith("reset", StringComparison.Ordinal))
        {
            connection.Reset();
            return;
        }

        await connection.WriteAsync(isSilent ? script[(script.IndexOf(':', StringComparison.Ordinal) + 1)..].Replace("silent", "", StringComparison.Ordinal) : script);
        if (!isSilent)
            connection.End();
        await connection.ClosedAsync();
    }

    private async Task<RawResponse> AskAsync(string model, bool stream = true, string headers = "")
    {
        string body = (stream ? Chat.Stream : Chat.Unary).Replace("\"m\"", $"\"{model}\"", StringComparison.Ordinal);
        using RawClient client = await RawClient.PostAsync(_providers.Gateway.Address, Chat.Path, body, headers);
        return await client.ReadResponseAsync();
    }
}
