using System.Globalization;
using TestKit.Sockets;

namespace Gateway.EndToEnd.Tests.Wire;

/// <summary>Which headers reach the client: ours, and of the upstream's only those of the README's list.</summary>
public sealed class ResponseHeaderTests(HeaderFixture fixture) : IClassFixture<HeaderFixture>
{
    private static readonly string[] Ours =
        ["Connection", "Content-Type", "Date", "Cache-Control", "Transfer-Encoding", "x-request-id", "x-gateway-provider", "x-gateway-replica", "x-gateway-model", "x-gateway-attempts"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Headers_OfAnUpstreamThatSaysTooMuch_AreOursOnly(bool stream)
    {
        string body = Requests.Body("chat", "sim/set-cookie", stream);
        RawAnswer direct = await RawClient.PostAsync(fixture.Upstream.Address, "/v1/chat/completions", body);
        Assert.Equal("envoy", direct.Header("server"));

        RawAnswer answer = await RawClient.PostAsync(fixture.Gateway.Address, "/v1/chat/completions", body);

        Assert.Equal(200, answer.Status);
        string[] expected = stream ? Ours : [.. Ours, "Content-Length", "x-gateway-overhead-ms"];
        Assert.Empty(answer.Headers.Select(header => header.Key).Except(expected, StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Headers_OfAnAnswer_SayWhoAnswered(bool stream)
    {
        RawAnswer answer = await RawClient.PostAsync(fixture.Gateway.Address, "/v1/chat/completions", Requests.Body("chat", $"dynamo/{GatewayFixture.Model}", stream));

        Assert.Equal("dynamo", answer.Header("x-gateway-provider"));
        Assert.Equal("dynamo-1", answer.Header("x-gateway-replica"));
        Assert.Equal(GatewayFixture.Model, answer.Header("x-gateway-model"));
        Assert.Equal("1", answer.Header("x-gateway-attempts"));
        Assert.Equal(stream, answer.Header("x-gateway-overhead-ms") is null);
        if (!stream)
            Assert.InRange(double.Parse(answer.Header("x-gateway-overhead-ms")!, CultureInfo.InvariantCulture), 0, 10_000);
    }

    [Theory]
    [InlineData("/v1/chat/completions", 404)]
    [InlineData("/v1/nothing", 404)]
    public async Task Headers_OfAnError_HoldNoServerName(string path, int status)
    {
        RawAnswer answer = await RawClient.PostAsync(fixture.Gateway.Address, path, Requests.Body("chat", "nothing/like-this", stream: false));

        Assert.Equal(status, answer.Status);
        Assert.Null(answer.Header("server"));
        Assert.NotNull(answer.Header("x-request-id"));
        Assert.Equal("no-store", answer.Header("cache-control"));
    }

    /// <summary>A scripted upstream, since the simulator sends none of these.</summary>
    [Fact]
    public async Task Headers_OfTheReturnedList_ComeThrough_OthersDoNot()
    {
        const string Json = "{\"id\":\"1\",\"choices\":[]}";
        using SocketServer upstream = new();
        await using TestKit.Processes.GatewayProcess gateway = await TestKit.Processes.GatewayProcess.ServeAsync(
            $"providers: {{ raw: {{ type: openai, base-url: 'http://127.0.0.1:{upstream.Port}', models: [m] }} }}");

        Task<RawAnswer> answering = RawClient.PostAsync(gateway.Address, "/v1/chat/completions", Requests.Body("chat", "m", stream: false));
        using ServerConnection connection = await upstream.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.WriteAsync(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {Json.Length}\r\nopenai-processing-ms: 12\r\nOpenAI-Version: 2020-10-01\r\n"
            + "NVCF-REQID: abc\r\nServer: secret-host\r\nVia: 1.1 secret-host\r\nSet-Cookie: a=b\r\nLocation: http://secret-host/\r\nx-ratelimit-remaining-tokens: 5\r\n"
            + $"x-request-id: upstreams-own\r\nAlt-Svc: h3\r\nAge: 3\r\nx-gateway-provider: forged\r\nAccess-Control-Allow-Origin: *\r\n\r\n{Json}");
        RawAnswer answer = await answering;

        Assert.Equal(Json, answer.Text);
        Assert.Equal("application/json; charset=utf-8", answer.Header("content-type"));
        Assert.Equal("12", answer.Header("openai-processing-ms"));
        Assert.Equal("2020-10-01", answer.Header("openai-version"));
        Assert.Equal("abc", answer.Header("nvcf-reqid"));
        Assert.Equal("raw", answer.Header("x-gateway-provider"));
        Assert.NotEqual("upstreams-own", answer.Header("x-request-id"));
        foreach (string name in new[] { "server", "via", "set-cookie", "location", "x-ratelimit-remaining-tokens", "alt-svc", "age", "access-control-allow-origin" })
            Assert.Null(answer.Header(name));
    }

    [Theory]
    [InlineData("client-id_1.2:3/4+5=6~7")]
    [InlineData("0")]
    public async Task RequestId_ThatIsSane_IsEchoedAndSentOn(string id)
    {
        RawAnswer answer = await RawClient.PostAsync(fixture.Gateway.Address, "/v1/chat/completions", Requests.Body("chat", GatewayFixture.Model, stream: false), $"x-request-id: {id}");

        Assert.Equal(id, answer.Header("x-request-id"));
        Assert.Equal([id], fixture.LastPost.Headers["x-request-id"]);
    }

    [Theory]
    [InlineData("has space")]
    [InlineData("quote\"quote")]
    [InlineData("<script>")]
    [InlineData("a,b")]
    [InlineData("")]
    public async Task RequestId_ThatIsNotSane_IsReplaced(string id) => await AssertReplacedAsync(id);

    [Fact]
    public async Task RequestId_OverItsLimit_IsReplaced()
    {
        string longest = new('a', 128);
        RawAnswer answer = await RawClient.GetAsync(fixture.Gateway.Address, "/v1/models", $"x-request-id: {longest}");
        Assert.Equal(longest, answer.Header("x-request-id"));

        await AssertReplacedAsync(new('a', 129));
    }

    [Fact]
    public async Task RequestId_WhenAbsent_DiffersPerRequest()
    {
        RawAnswer one = await RawClient.GetAsync(fixture.Gateway.Address, "/v1/models");
        RawAnswer other = await RawClient.GetAsync(fixture.Gateway.Address, "/v1/models");

        Assert.NotEqual(one.Header("x-request-id"), other.Header("x-request-id"));
    }

    private async Task AssertReplacedAsync(string id)
    {
        RawAnswer answer = await RawClient.PostAsync(fixture.Gateway.Address, "/v1/chat/completions", Requests.Body("chat", GatewayFixture.Model, stream: false), $"x-request-id: {id}");

        Assert.Matches("^[0-9a-f]{32}$", answer.Header("x-request-id"));
        Assert.Equal([answer.Header("x-request-id")!], fixture.LastPost.Headers["x-request-id"]);
    }
}
