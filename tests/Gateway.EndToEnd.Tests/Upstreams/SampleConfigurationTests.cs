using System.Text.Json;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Upstreams;

/// <summary><c>deploy/samples/nim-then-azure-then-others.yaml</c>, exactly as it is, in front of an upstream of each dialect.</summary>
public sealed class SampleConfigurationTests : IAsyncLifetime, IDisposable
{
    private const string Model = "meta/llama-3.1-70b-instruct";

    private readonly TokenServer _tokens = new();
    private readonly DialectUpstream _nim = DialectUpstream.StrictNim("nvapi-of-the-nim");
    private readonly DialectUpstream _openAi = DialectUpstream.OpenAi("sk-of-openai");
    private readonly DialectUpstream _azure;
    private GatewayProcess _gateway = null!;

    public SampleConfigurationTests() => _azure = DialectUpstream.Azure(_tokens);

    private static string Sample => Path.Combine(Repository.Root, "deploy", "samples", "nim-then-azure-then-others.yaml");

    public async Task InitializeAsync() => _gateway = await GatewayProcess.StartAsync(
        ["serve", "--config", Sample, "--listen", "http://127.0.0.1:0", "--admin-listen", "http://127.0.0.1:0"], environment: Variables());

    private Dictionary<string, string> Variables() => new()
    {
        ["NVIDIA_NIM_BASE_URL"] = _nim.Address.ToString(),
        ["NVIDIA_API_KEY"] = "Bearer nvapi-of-the-nim",
        ["LLM_GATEWAY_BASE_URL"] = _azure.Address.ToString(),
        ["STARFLEET_TOKEN_URL"] = _tokens.Url.ToString(),
        ["STARFLEET_ID"] = "the-client-id",
        ["STARFLEET_SECRET"] = TokenServer.Secret,
        ["OPENAI_BASE_URL"] = _openAi.Address.ToString(),
        ["OPENAI_API_KEY"] = "sk-of-openai",
    };

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    public void Dispose()
    {
        _nim.Dispose();
        _azure.Dispose();
        _openAi.Dispose();
        _tokens.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_AllIsWell_TheNimAnswers(bool stream)
    {
        for (int i = 0; i < 3; i++)
            AssertAnswered(await AskAsync(stream), "nim");

        Assert.Empty(_azure.Requests);
        Assert.Empty(_openAi.Requests);
        // Learnt from one refusal, and only streams ask for usage.
        Assert.Equal(stream ? 1 : 0, _nim.Wrong.Count);
        Assert.All(_nim.Requests, request => Assert.Contains("\"max_tokens\":9", request, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(429, "Too Many Requests")]
    [InlineData(500, "boom")]
    [InlineData(500, "ResourceExhausted: Worker local total request limit reached (32/32)")]
    [InlineData(400, "Function id 'x': DEGRADED function cannot be invoked")]
    [InlineData(401, "no")]
    public async Task Ask_TheNimFails_TheLlmGatewayAnswersWithItsOwnCredential(int status, string message)
    {
        _nim.Does = Play.Status(status, message: message);
        foreach (bool stream in (bool[])[true, false])
        {
            RawResponse response = await AskAsync(stream);
            AssertAnswered(response, "nvidia-llm-gateway");
            Assert.Equal("gpt-4o", response.Header("x-gateway-model"));
            JsonElement last = (await _gateway.LogOfAsync(response.Header("x-request-id")!)).GetProperty("attempts").EnumerateArray().Last();
            Assert.Equal(RequestText.Header(_azure.Requests.Last(), "correlationId"), last.GetProperty("correlation_id").GetString());
        }

        Assert.Empty(_azure.Wrong);
        Assert.Equal(2, _azure.Requests.Count);
        Assert.Empty(_openAi.Requests);
        Assert.Equal(1, _tokens.Count);
        AssertCredentials();
    }

    [Fact]
    public async Task Ask_TheNimSaysInItsStreamThatItIsExhausted_ItCoolsDown()
    {
        _nim.Does = async (connection, _) =>
        {
            await connection.WriteAsync(Chat.StreamHead);
            await connection.ChunkAsync("data: {\"object\":\"error\",\"error\":{\"message\":\"ResourceExhausted: limit reached (32/32)\"}}\n\n");
            await connection.WriteAsync(Chat.End);
        };
        RawResponse response = await AskAsync(stream: true);
        AssertAnswered(response, "nvidia-llm-gateway");
        Assert.Contains("nim-1:upstream_overloaded", Stage.Attempts(await _gateway.LogOfAsync(response.Header("x-request-id")!)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Ask_TheLlmGatewayFailsToo_TheOthersAnswer(int status)
    {
        _nim.Does = _azure.Does = Play.Status(status);
        AssertAnswered(await AskAsync(stream: true), "openai");
        Assert.Empty(_openAi.Wrong);
        Assert.Contains("\"max_completion_tokens\":9", _openAi.Requests.Single(), StringComparison.Ordinal);
        AssertCredentials();
    }

    [Fact]
    public async Task Check_TheSample_ShowsWhoHasWhichEndpoint()
    {
        CommandProcess check = await CommandProcess.GatewayAsync(["check", "--config", Sample], Variables());

        Assert.Equal(0, check.ExitCode);
        Assert.Matches("chat +priority +nim, nvidia-llm-gateway, openai\\n", check.Output);
        Assert.Matches("messages +priority +nim, openai\\n", check.Output);
        Assert.DoesNotContain(TokenServer.Secret, check.Output + check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_NoTokenIsToBeHad_TheOthersAnswer()
    {
        _tokens.Does = Play.Status(500);
        _tokens.Revoke();
        _nim.Does = Play.Status(503);
        await using GatewayProcess gateway = await RestartAsync();
        AssertAnswered(await AskAsync(stream: true), "openai");
        Assert.Empty(_azure.Requests);
    }

    /// <summary>The fixture's gateway has its token already.</summary>
    private async Task<GatewayProcess> RestartAsync()
    {
        GatewayProcess old = _gateway;
        await InitializeAsync();
        return old;
    }

    private static void AssertAnswered(RawResponse response, string provider)
    {
        Assert.Equal((200, provider), (response.Status, response.Header("x-gateway-provider")));
        Assert.Contains("Hello", response.Body, StringComparison.Ordinal);
    }

    /// <summary>To each its own, the client's to nobody, and none in what the process wrote.</summary>
    private void AssertCredentials()
    {
        Assert.All(_nim.Requests, request => Assert.Equal("Bearer nvapi-of-the-nim", RequestText.Header(request, "Authorization")));
        Assert.All(_azure.Requests, request => Assert.Equal("Bearer token-1", RequestText.Header(request, "Authorization")));
        Assert.All(_openAi.Requests, request => Assert.Equal("Bearer sk-of-openai", RequestText.Header(request, "Authorization")));
        Assert.DoesNotContain("the-clients-own", string.Join('\n', _nim.Requests.Concat(_azure.Requests).Concat(_openAi.Requests).Concat(_tokens.Requests)), StringComparison.Ordinal);
        string written = string.Join('\n', _gateway.Output) + _gateway.StandardError;
        Assert.All(["token-1", TokenServer.Secret, "nvapi-of-the-nim", "sk-of-openai", "the-clients-own"], secret => Assert.DoesNotContain(secret, written, StringComparison.Ordinal));
    }

    private async Task<RawResponse> AskAsync(bool stream)
    {
        string body = $$"""{"model":"{{Model}}","max_completion_tokens":9,{{(stream ? "\"stream\":true," : "")}}"messages":[{"role":"user","content":"hi"}]}""";
        using RawClient client = await RawClient.PostAsync(_gateway.Address, Chat.Path, body, "Authorization: Bearer the-clients-own\r\napi-key: the-clients-own\r\n");
        return await client.ReadResponseAsync();
    }
}
