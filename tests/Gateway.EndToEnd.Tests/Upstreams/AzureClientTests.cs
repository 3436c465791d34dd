using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Upstreams;

/// <summary>Clients of Azure OpenAI: the deployment in the path is the model, whatever the upstream's own dialect is.</summary>
public sealed class AzureClientTests : IAsyncLifetime, IDisposable
{
    private const string Query = "?api-version=2023-05-15&trace=1";

    private readonly ScriptedReplica _openAi = new();
    private readonly ScriptedReplica _azure = new();
    private GatewayProcess _gateway = null!;

    public async Task InitializeAsync() => _gateway = await GatewayProcess.ServeAsync($$"""
        providers:
          o: { type: openai, base-url: "{{_openAi.Address}}", models: [m, meta/m, both], request: { headers: { openai-organization: ours } } }
          a: { type: azure-openai, base-url: "{{_azure.Address}}x/openai", api-key: the-gateways-own, models: [gpt 4, both], api-version: 2025-01-01 }
        model-mapping: { mapped: [m] }
        routers: { default: { load-balance: { chat: { providers: [o, a] } } }, only-a: { load-balance: { chat: { providers: [a] } } } }
        """);

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    public void Dispose()
    {
        _openAi.Dispose();
        _azure.Dispose();
    }

    [Theory]
    [InlineData("/openai/deployments/m/chat/completions", """{"messages":[]}""", """{"messages":[],"model":"m"}""")]
    [InlineData("/openai/deployments/m/chat/completions", """{"model":"gpt-4o","messages":[]}""", """{"model":"m","messages":[]}""")]
    [InlineData("/openai/deployments/m/chat/completions", """{"model":null,"messages":[]}""", """{"model":"m","messages":[]}""")]
    [InlineData("/openai/deployments/m/chat/completions", """{"model":"m","messages":[]}""", """{"model":"m","messages":[]}""")]
    [InlineData("/openai/deployments/mapped/chat/completions", """{"messages":[]}""", """{"messages":[],"model":"m"}""")]
    [InlineData("/openai/deployments/meta%2Fm/chat/completions", "{}", """{"model":"meta/m"}""")]
    [InlineData("/openai/deployments/meta/m/chat/completions", "{}", """{"model":"meta/m"}""")]
    [InlineData("/router/default/openai/deployments/m/chat/completions", "{}", """{"model":"m"}""")]
    public async Task Deployment_OfAnOpenAiUpstream_IsTheModelInTheBody(string path, string body, string sent)
    {
        RawResponse response = await PostAsync(path + Query, body);

        Assert.Equal((200, "o"), (response.Status, response.Header("x-gateway-provider")));
        string request = _openAi.Requests.Single();
        Assert.Equal((Chat.Path + "?trace=1", sent), (RequestText.Target(request), RequestText.Body(request)));
        Assert.Equal("", RequestText.Header(request, "api-key") + RequestText.Header(request, "Authorization"));
        Assert.Equal("ours", RequestText.Header(request, "openai-organization"));
    }

    [Theory]
    [InlineData("/openai/deployments/gpt%204/chat/completions", """{"messages":[]}""")]
    [InlineData("/v1/chat/completions", """{"model":"gpt 4","messages":[]}""")]
    public async Task Deployment_OfAnAzureUpstream_IsInItsPathWithItsVersion(string path, string body)
    {
        RawResponse response = await PostAsync(path + Query, body);

        Assert.Equal((200, "a"), (response.Status, response.Header("x-gateway-provider")));
        string request = _azure.Requests.Single();
        Assert.Equal("/x/openai/deployments/gpt%204/chat/completions?api-version=2025-01-01&trace=1", RequestText.Target(request));
        Assert.Equal(("the-gateways-own", ""), (RequestText.Header(request, "api-key"), RequestText.Header(request, "Authorization")));
        Assert.True(Guid.TryParse(RequestText.Header(request, "correlationId"), out _));
    }

    [Fact]
    public async Task Fallback_FromOpenAiToAzure_EachInItsOwnDialect()
    {
        _openAi.Does = Play.Status(503);
        Assert.Equal((200, "a"), (await PostAsync("/openai/deployments/both/chat/completions" + Query, "{}")) is { } response ? (response.Status, response.Header("x-gateway-provider")) : default);
        Assert.Equal(Chat.Path + "?trace=1", RequestText.Target(_openAi.Requests.Single()));
        Assert.StartsWith("/x/openai/deployments/both/", RequestText.Target(_azure.Requests.Single()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_AnAzureUpstreamDoesNotHaveThem()
    {
        Assert.Equal(404, (await PostAsync("/router/only-a/v1/messages", """{"model":"both","max_tokens":1,"messages":[]}""")).Status);
        _openAi.Does = Play.Status(503);
        RawResponse response = await PostAsync("/v1/messages", """{"model":"both","max_tokens":1,"messages":[]}""");
        Assert.Equal(503, response.Status);
        Assert.Empty(_azure.Requests);
    }

    [Theory]
    [InlineData("/openai/deployments/nobody/chat/completions", "{}", 404, "model_not_found")]
    [InlineData("/openai/deployments/m/chat/completions", """{"model":5}""", 400, "invalid_field")]
    [InlineData("/openai/deployments/m/chat/completions", "[]", 400, "invalid_json")]
    [InlineData("/openai/deployments/m/other", "{}", 404, "route_not_found")]
    [InlineData("/openai/chat/completions", "{}", 400, "missing_model")]
    public async Task Deployment_WhatIsWrong_IsSaid(string path, string body, int status, string code)
    {
        RawResponse response = await PostAsync(path + Query, body);
        Assert.Equal((status, code), (response.Status, response.ErrorCode));
    }

    private async Task<RawResponse> PostAsync(string path, string body)
    {
        using RawClient client = await RawClient.PostAsync(_gateway.Address, path, body, "api-key: the-clients-own\r\nopenai-organization: theirs\r\n");
        return await client.ReadResponseAsync();
    }
}
