using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Strict;

/// <summary>Row 22 of the failure table: a model that refuses a field by name.</summary>
public sealed class RefusedFieldTests : IClassFixture<StrictFixture>
{
    private const string List =
        """{"detail":[{"loc":["body","n"],"msg":"extra fields not permitted"},{"type":"extra_forbidden","loc":["body","user"],"msg":"Extra inputs are not permitted"}]}""";

    private readonly StrictFixture _fixture;

    public RefusedFieldTests(StrictFixture fixture)
    {
        _fixture = fixture;
        fixture.Requests.Clear();
    }

    public static TheoryData<string, string, string> Shapes => new()
    {
        { "m1", "400 Bad Request", """{"message":"Validation: Unsupported parameter(s): `stream_options`","type":"Bad Request","code":400}""" },
        { "m2", "400 Bad Request", """{"error":{"message":"Unrecognized request argument supplied: stream_options","type":"invalid_request_error","code":400}}""" },
        { "m3", "422 Unprocessable Entity", """{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted","input":{"include_usage":true}}]}""" },
        { "m4", "400 Bad Request", """data: {"title":"Bad Request","status":400,"detail":"stream_options is not supported","requestId":"r"}""" },
        { "m5", "400 Bad Request", """{"error":"unknown field \"stream_options\""}""" },
        { "m6", "400 Bad Request", """{"object":"error","message":"[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted'}]","code":400}""" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Stream_StreamOptionsRefused_IsSentOnceMoreWithoutAndRemembered(string model, string status, string body)
    {
        Refuse("stream_options", status, body);

        using HttpResponseMessage first = await _fixture.ChatAsync(model, ",\"stream\":true");
        Assert.Equal(Chat.Role + Chat.Content("Hello") + Chat.Finish + Chat.Done, await StrictFixture.TextAsync(first));
        Assert.Equal("2", StrictFixture.Header(first, "x-gateway-attempts"));
        Assert.Contains("\"include_usage\":true", _fixture.Requests.First());

        using HttpResponseMessage second = await _fixture.ChatAsync(model, ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        Assert.EndsWith(Chat.Done, await StrictFixture.TextAsync(second));
        Assert.Equal("1", StrictFixture.Header(second, "x-gateway-attempts"));
        Assert.Equal(3, _fixture.Requests.Count);

        JsonElement log = await _fixture.Gateway.LogOfAsync(StrictFixture.Header(first, "x-request-id"));
        Assert.Equal(["invalid_request", "ok"], log.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("result").GetString()!));
        Assert.False(log.TryGetProperty("prompt_tokens", out _));
    }

    [Fact]
    public async Task Unary_TwoFieldsRefusedInAList_BothAreLeftOut()
    {
        Refuse("\"user\"", "422 Unprocessable Entity", List);

        using HttpResponseMessage response = await _fixture.ChatAsync("m7", ",\"n\":1,\"user\":\"u\",\"top_p\":0.5");

        Assert.Equal("2", StrictFixture.Header(response, "x-gateway-attempts"));
        string sent = BodyOf(_fixture.Requests.Last());
        Assert.Equal("""{"model":"m7","messages":[{"role":"user","content":"hi"}],"top_p":0.5}""", sent);
    }

    [Fact]
    public async Task Unary_FieldsRefusedOneAfterTheOther_AreLeftOutOneAfterTheOther()
    {
        _fixture.Answer = (connection, request) =>
            request.Contains("\"n\":") ? connection.WriteAsync(Chat.Json("""{"message":"Unsupported parameter: 'n'"}""", "400 Bad Request"))
            : request.Contains("\"thinking\"") ? connection.WriteAsync(Chat.Json("""{"message":"Unsupported parameter: 'thinking'"}""", "400 Bad Request"))
            : connection.WriteAsync(Chat.Json("{\"a\":1}"));

        using HttpResponseMessage first = await _fixture.ChatAsync("m8", ",\"n\":1,\"thinking\":{}");
        using HttpResponseMessage second = await _fixture.ChatAsync("m8", ",\"n\":1,\"thinking\":{}");

        Assert.Equal(("3", "1"), (StrictFixture.Header(first, "x-gateway-attempts"), StrictFixture.Header(second, "x-gateway-attempts")));
    }

    [Fact]
    public async Task Unary_TokenLimitRefused_IsRenamed()
    {
        Refuse("\"max_completion_tokens\"", "400 Bad Request", """{"error":{"message":"Unsupported parameter: 'max_completion_tokens'. Use 'max_tokens' instead."}}""");

        using HttpResponseMessage response = await _fixture.ChatAsync("kept", ",\"max_completion_tokens\":7");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains("\"max_tokens\":7", _fixture.Requests.Last());
    }

    [Fact]
    public async Task Unary_TokenLimit_IsSentToNimUnderItsNameFromTheStart()
    {
        _fixture.Answer = static (connection, _) => connection.WriteAsync(Chat.Json("{\"a\":1}"));

        using HttpResponseMessage response = await _fixture.ChatAsync("m9", ",\"max_completion_tokens\":7,\"chat_template_kwargs\":{\"thinking\":true},\"nvext\":{}");

        Assert.Equal("1", StrictFixture.Header(response, "x-gateway-attempts"));
        Assert.EndsWith(",\"max_tokens\":7,\"chat_template_kwargs\":{\"thinking\":true},\"nvext\":{}}", _fixture.Requests.Single());
    }

    public static TheoryData<string, string, int> NotOurs => new()
    {
        { ",\"n\":2", """{"message":"Unsupported parameter: 'n'"}""", 1 },
        { ",\"store\":true", """{"message":"Unsupported parameter: 'store'"}""", 1 },
        { ",\"tools\":[]", """{"message":"Unsupported parameter(s): `tools`"}""", 1 },
        { "", """{"message":"Unsupported parameter(s): `messages`"}""", 1 },
        { "", """{"message":"Unsupported parameter(s): `user`"}""", 1 },
        { ",\"user\":\"u\"", """{"message":"Unsupported parameter(s): `user`"}""", 2 },
        { ",\"user\":\"u\"", """{"message":"`user` must be a number"}""", 1 },
        { ",\"reasoning_effort\":\"minimal\"", """{"error":{"message":"Unsupported value: 'reasoning_effort'","param":"reasoning_effort","code":"unsupported_value"}}""", 1 },
    };

    [Theory]
    [MemberData(nameof(NotOurs))]
    public async Task Unary_RefusalThatLeavingOutCannotHeal_ReachesTheClientAndIsNotRemembered(string more, string body, int sends)
    {
        _fixture.Answer = (connection, _) => connection.WriteAsync(Chat.Json(body, "400 Bad Request"));
        for (int round = 0; round < 2; round++)
        {
            _fixture.Requests.Clear();
            using HttpResponseMessage response = await _fixture.ChatAsync("m10", more);
            Assert.Equal((400, sends.ToString()), ((int)response.StatusCode, StrictFixture.Header(response, "x-gateway-attempts")));
            Assert.Equal(sends, _fixture.Requests.Count);
            Assert.EndsWith(more + "}", _fixture.Requests.First());
        }

        Assert.Equal(0, await _fixture.Gateway.MetricAsync("gateway_replica_ejections_total"));
    }

    private void Refuse(string field, string status, string body) => _fixture.Answer = (connection, request) =>
        request.Contains(field, StringComparison.Ordinal) ? connection.WriteAsync(Chat.Json(body, status))
        : request.Contains("\"stream\":true", StringComparison.Ordinal) ? Chat.AnswerAsync(connection)
        : connection.WriteAsync(Chat.Json("{\"a\":1}"));

    private static string BodyOf(string request) => request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
}
