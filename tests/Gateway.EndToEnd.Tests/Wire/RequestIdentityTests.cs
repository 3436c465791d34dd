using System.Text;

namespace Gateway.EndToEnd.Tests.Wire;

/// <summary>The upstream sees the client's body byte for byte, plus only the documented edits.</summary>
public sealed class RequestIdentityTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    /// <summary>Everything a re-serialising proxy would change: white space, escapes, number spelling, key order, unknown nested fields.</summary>
    private const string Odd =
        "\r\n { \"temperature\" : 1.00e0,\t\"messages\":[ {\"content\":\"H\\u0065llo \\/ \\ud83d\\ude00 é\",\"role\":\"user\"} ], \"top_p\":1E-0 ,\"model\":\"meta/llama-3.1-8b-instruct\","
        + "\"chat_template_kwargs\":{\"b\":1,\"a\":[null,true]}, \"nvext\":{\"extra_fields\":[]}, \"user\":null } \n";

    [Fact]
    public async Task Unary_Body_IsUntouched() => Assert.Equal(Odd, await SentAsync("chat", Odd));

    [Theory]
    [InlineData("completions")]
    [InlineData("embeddings")]
    [InlineData("responses")]
    [InlineData("messages")]
    public async Task Unary_BodyOfEveryEndpoint_IsUntouched(string endpoint)
    {
        string body = Requests.Body(endpoint, GatewayFixture.Model, stream: false);

        Assert.Equal(body, await SentAsync(endpoint, body));
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("completions")]
    [InlineData("responses")]
    [InlineData("messages")]
    public async Task Stream_BodyThatAsksForUsage_IsUntouched(string endpoint)
    {
        string body = Requests.Body(endpoint, GatewayFixture.Model, stream: true);

        Assert.Equal(body, await SentAsync(endpoint, body));
    }

    [Fact]
    public async Task Stream_WithoutStreamOptions_GetsThemAndNothingElse()
    {
        string body = Odd.Replace(", \"user\":null", ", \"user\":null , \"stream\" : true", StringComparison.Ordinal);

        string sent = await SentAsync("chat", body);

        (string before, string added, string after) = Difference(body, sent);
        Assert.Equal(body, before + after);
        Assert.Equal("\"stream_options\":{\"include_usage\":true}", added.Trim(','));
    }

    [Theory]
    [InlineData("{\"include_usage\":false}", "{\"include_usage\":true}")]
    [InlineData("{ \"include_usage\" : null }", "{ \"include_usage\" : true }")]
    [InlineData("null", "{\"include_usage\":true}")]
    public async Task Stream_WithOtherStreamOptions_HasOnlyThemChanged(string options, string expected)
    {
        string body = $"{{\"stream\":true,\"stream_options\":{options}, \"model\":\"{GatewayFixture.Model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"Hi\"}}]}}";

        Assert.Equal(body.Replace(options, expected, StringComparison.Ordinal), await SentAsync("chat", body));
    }

    /// <summary>Dynamo refuses <c>stream_options</c> where nothing streams.</summary>
    [Fact]
    public async Task Unary_WithStreamOptions_LosesThemOnly()
    {
        const string Body = "{\"model\":\"meta/llama-3.1-8b-instruct\",\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

        Assert.Equal(Body.Replace("\"stream_options\":{\"include_usage\":true},", "", StringComparison.Ordinal), await SentAsync("chat", Body));
    }

    [Fact]
    public async Task Model_WithItsProvider_IsTheUpstreamsId()
    {
        string body = Odd.Replace("\"model\":\"meta/", "\"model\":\"dynamo/meta/", StringComparison.Ordinal);

        Assert.Equal(Odd, await SentAsync("chat", body));
    }

    [Fact]
    public async Task Target_Query_IsKept()
    {
        await RawClient.PostAsync(fixture.Gateway.Address, "/v1/chat/completions?a=1&x=%2F", Odd);

        Assert.Equal("/v1/chat/completions?a=1&x=%2F", fixture.LastPost.Target);
    }

    [Fact]
    public async Task Body_SentInChunks_ArrivesWithALength()
    {
        string body = Requests.Body("chat", GatewayFixture.Model, stream: false);
        string chunked = $"5\r\n{body[..5]}\r\n{body.Length - 5:x}\r\n{body[5..]}\r\n0\r\n\r\n";

        RawAnswer answer = await RawClient.SendAsync(fixture.Gateway.Address, "POST", "/v1/chat/completions", chunked, ["Content-Type: application/json", "Transfer-Encoding: chunked"]);

        Assert.Equal(200, answer.Status);
        Assert.Equal(body, Encoding.UTF8.GetString(fixture.LastPost.Body.Span));
        Assert.Equal([$"{body.Length}"], fixture.LastPost.Headers["Content-Length"]);
    }

    private async Task<string> SentAsync(string endpoint, string body)
    {
        RawAnswer answer = await RawClient.PostAsync(fixture.Gateway.Address, Requests.Path(endpoint), body);
        Assert.True(answer.Status == 200, answer.Text);
        return Encoding.UTF8.GetString(fixture.LastPost.Body.Span);
    }

    private static (string Before, string Added, string After) Difference(string body, string sent)
    {
        int start = 0;
        while (start < body.Length && body[start] == sent[start])
            start++;
        int tail = body.Length - start;
        Assert.True(sent.Length >= body.Length);
        return (body[..start], sent[start..^tail], sent[^tail..]);
    }
}
