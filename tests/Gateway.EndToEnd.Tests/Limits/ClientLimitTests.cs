using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Clients;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using OpenAI;
using OpenAI.Chat;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Limits;

/// <summary>The official clients with a client key and a limit: they see their own error, and when they try again they wait as long as they were told.</summary>
public sealed class ClientLimitTests : IAsyncLifetime, IDisposable
{
    private const string Key = "limited-0123456789abcdef";

    /// <summary>A request is given back every two seconds.</summary>
    private const int Limit = 30;

    private readonly ScriptedReplica _upstream = new();
    private GatewayProcess? _gateway;

    public async Task InitializeAsync() => _gateway = await GatewayProcess.ServeAsync($$"""
        auth: { keys: [{ id: team, key: {{Key}}, rate-limit: { requests-per-minute: {{Limit}} } }] }
        providers: { p: { type: openai, base-url: "{{_upstream.Address.GetLeftPart(UriPartial.Authority)}}", models: [m] } }
        """);

    public async Task DisposeAsync() => await _gateway!.DisposeAsync();

    public void Dispose() => _upstream.Dispose();

    [Fact]
    public async Task DotNet_Limited_IsToldAndSucceedsAfterTheWait()
    {
        Assert.Equal("Hello", (await Client(retries: 0).CompleteChatAsync("hi")).Value.Content[0].Text);
        await UseUpAsync();
        ClientResultException refused = await Assert.ThrowsAsync<ClientResultException>(async () => await Client(retries: 0).CompleteChatAsync("hi"));
        Assert.Equal(429, refused.Status);
        Assert.Contains("requests_per_minute", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.GetRawResponse()!.Headers.TryGetValue("retry-after", out string? wait));
        Assert.InRange(int.Parse(wait!), 1, 2);

        double before = await RefusedAsync();
        Assert.Equal("Hello", (await Client(retries: 2).CompleteChatAsync("hi")).Value.Content[0].Text);
        // One refusal, one wait: a client with a pause of its own would have been refused again.
        Assert.InRange(await RefusedAsync() - before, 0, 1);
        await UseUpAsync();
        before = await RefusedAsync();
        string streamed = "";
        await foreach (StreamingChatCompletionUpdate update in Client(retries: 2).CompleteChatStreamingAsync("hi"))
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
        Assert.Equal("Hello", streamed);
        Assert.InRange(await RefusedAsync() - before, 0, 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-azure")]
    public async Task JavaScript_Limited_IsToldAndSucceedsAfterTheWait(string mode)
    {
        IReadOnlyDictionary<string, JsonElement> asked = await RunAsync(Key, "ask" + mode, "ask-stream");
        Assert.All(asked.Values, result => Assert.Equal("Hello", result.GetProperty("result").GetString()));
        await UseUpAsync();
        double before = await RefusedAsync();
        IReadOnlyDictionary<string, JsonElement> seen = await RunAsync(Key, "patient" + mode);
        Assert.Equal("Hello", seen["patient" + mode].GetProperty("result").GetString());
        Assert.InRange(await RefusedAsync() - before, 0, 1);

        JsonElement? refused = null;
        await Serving.EventuallyAsync(
            async () =>
            {
                // Starting node takes about as long as a request takes to be given back.
                await UseUpAsync();
                refused = (await RunAsync(Key, "ask" + mode, "refused" + mode))["refused" + mode].GetProperty("result");
                return refused.Value.ValueKind == JsonValueKind.Object;
            }, "it was never refused");
        Assert.Equal(("RateLimitError", 429, "requests_per_minute", "0"), (Text("name"), refused!.Value.GetProperty("status").GetInt32(), Text("code"), Text("remaining")));
        Assert.InRange(int.Parse(Text("retryAfter")!), 1, 2);

        string? Text(string name) => refused!.Value.GetProperty(name).GetString();
    }

    [Fact]
    public async Task JavaScript_WrongKey_IsItsAuthenticationError()
    {
        IReadOnlyDictionary<string, JsonElement> seen = await RunAsync("wrong-0123456789abcdef", "ask", "ask-azure");
        Assert.All(seen.Values, result => Assert.Equal(
            ("AuthenticationError", 401, "invalid_api_key"),
            (result.GetProperty("error").GetProperty("name").GetString(), result.GetProperty("error").GetProperty("status").GetInt32(), result.GetProperty("error").GetProperty("code").GetString())));
        Assert.Equal(0, _upstream.Count);
    }

    private async Task UseUpAsync()
    {
        while (true)
        {
            using RawClient client = await RawClient.PostAsync(_gateway!.Address, Chat.Path, Chat.Unary, $"api-key: {Key}\r\n");
            if ((await client.ReadResponseAsync()).Status == 429)
                return;
        }
    }

    private Task<double> RefusedAsync() => _gateway!.MetricAsync("gateway_ratelimit_rejections_total", "limit=\"requests_per_minute\"");

    private Task<IReadOnlyDictionary<string, JsonElement>> RunAsync(string key, params string[] scenarios) =>
        NodeClient.RunAsync("keys.mjs", new Uri(_gateway!.Address, "/v1"), [key, .. scenarios]);

    private ChatClient Client(int retries)
    {
        OpenAIClientOptions options = new() { Endpoint = new(_gateway!.Address, "v1"), RetryPolicy = new ClientRetryPolicy(retries) };
        return new OpenAIClient(new ApiKeyCredential(Key), options).GetChatClient("m");
    }
}
