using Gateway.Streaming;
using Gateway.Upstream.Dialects;

namespace Gateway.Tests.Upstream.Dialects;

public sealed class DialectTests
{
    private static readonly AzureOpenAiDialect Azure = new("2024-12-01-preview");

    [Theory]
    [InlineData(Endpoint.ChatCompletions, "gpt-4o", "/openai/deployments/gpt-4o/chat/completions?api-version=2024-12-01-preview")]
    [InlineData(Endpoint.Completions, "a b", "/openai/deployments/a%20b/completions?api-version=2024-12-01-preview")]
    [InlineData(Endpoint.Embeddings, "meta/llama?#ü", "/openai/deployments/meta%2Fllama%3F%23%C3%BC/embeddings?api-version=2024-12-01-preview")]
    [InlineData(Endpoint.Responses, "gpt-4o", "/openai/v1/responses")]
    public void Azure_Target_HoldsDeploymentAndVersion(Endpoint endpoint, string model, string expected) =>
        Assert.Equal(expected, Azure.PathOf(endpoint, model) + Azure.QueryOf(endpoint, ""));

    [Fact]
    public void Azure_Serves_WhatItHas()
    {
        Assert.False(Azure.Serves(Endpoint.Messages));
        Assert.All([Endpoint.ChatCompletions, Endpoint.Completions, Endpoint.Embeddings, Endpoint.Responses], endpoint => Assert.True(Azure.Serves(endpoint)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("?", "")]
    [InlineData("?a=b", "?a=b")]
    [InlineData("?api-version=1", "")]
    [InlineData("?API-Version=1&a=b&c", "?a=b&c")]
    [InlineData("?a=b&api%2Dversion=1", "?a=b")]
    [InlineData("?a=b&api-key=secret&c=%20", "?a=b&c=%20")]
    [InlineData("?api-versions=1&&", "?api-versions=1&&")]
    public void Query_ForOpenAi_IsTheClientsWithoutWhatWasMeantForTheGateway(string query, string expected)
    {
        Assert.Equal(expected, OpenAiDialect.Instance.QueryOf(Endpoint.ChatCompletions, query));
        string azure = Azure.QueryOf(Endpoint.ChatCompletions, query);
        Assert.Equal("?api-version=2024-12-01-preview" + (expected.Length > 0 ? "&" + expected[1..] : ""), azure);
        Assert.Equal(expected, Azure.QueryOf(Endpoint.Responses, query));
    }

    [Fact]
    public void OpenAi_ModelPath_KeepsSlashes() => Assert.Equal("/v1/models/meta/a%20b", OpenAiDialect.Instance.ModelPath("meta/a b"));
}
