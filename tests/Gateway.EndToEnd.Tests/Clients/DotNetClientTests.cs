using System.ClientModel;
using Gateway.EndToEnd.Tests.Wire;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;

namespace Gateway.EndToEnd.Tests.Clients;

/// <summary>The official OpenAI .NET client: what it returns through the gateway is what it returns from the upstream.</summary>
public sealed class DotNetClientTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool("get_weather", "The weather.", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}}}"""));

    [Fact]
    public Task Chat_Unary_IsTheUpstreams() => AssertSameAsync(async client =>
    {
        ChatCompletion answer = await client.GetChatClient(GatewayFixture.Model).CompleteChatAsync(new UserChatMessage("Hello"));
        Assert.NotEmpty(answer.Content[0].Text);
        return [answer.Id, answer.Model, answer.CreatedAt, answer.Content[0].Text, answer.FinishReason, answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount];
    });

    /// <summary>This client asks for usage in every stream.</summary>
    [Theory]
    [InlineData(GatewayFixture.Model)]
    [InlineData("sim/escapes")]
    [InlineData("sim/crlf")]
    [InlineData("sim/comments")]
    [InlineData("sim/dribble")]
    [InlineData("sim/no-done")]
    public Task Chat_Stream_IsTheUpstreams(string model) => AssertSameAsync(async client =>
    {
        List<object?> seen = [];
        ChatTokenUsage? usage = null;
        await foreach (StreamingChatCompletionUpdate update in client.GetChatClient(model).CompleteChatStreamingAsync(new UserChatMessage("Hello")))
        {
            seen.AddRange([update.CompletionId, update.Model, update.CreatedAt, update.Role, update.FinishReason, .. update.ContentUpdate.Select(part => part.Text)]);
            usage = update.Usage ?? usage;
        }

        Assert.Contains(ChatFinishReason.Stop, seen);
        Assert.NotNull(usage);
        return [.. seen, usage.InputTokenCount, usage.OutputTokenCount];
    });

    [Fact]
    public Task Chat_Tools_AreTheUpstreams() => AssertSameAsync(async client =>
    {
        ChatCompletionOptions options = new() { Tools = { Weather } };
        ChatCompletion answer = await client.GetChatClient("sim/tools").CompleteChatAsync([new UserChatMessage("Hello")], options);
        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
        return [.. answer.ToolCalls.SelectMany(call => new object[] { call.Id, call.FunctionName, call.FunctionArguments.ToString() })];
    });

    [Fact]
    public Task Chat_StreamOfTools_IsTheUpstreams() => AssertSameAsync(async client =>
    {
        ChatCompletionOptions options = new() { Tools = { Weather } };
        List<object?> seen = [];
        await foreach (StreamingChatCompletionUpdate update in client.GetChatClient("sim/tools").CompleteChatStreamingAsync([new UserChatMessage("Hello")], options))
        {
            foreach (StreamingChatToolCallUpdate call in update.ToolCallUpdates)
                seen.AddRange([call.Index, call.ToolCallId, call.FunctionName, call.FunctionArgumentsUpdate?.ToString()]);
        }

        Assert.Contains("get_weather", seen);
        return seen;
    });

    [Fact]
    public Task Embeddings_OfSeveralInputs_AreTheUpstreams() => AssertSameAsync(async client =>
    {
        OpenAIEmbeddingCollection embeddings = await client.GetEmbeddingClient(GatewayFixture.Model).GenerateEmbeddingsAsync(["one", "two"]);
        Assert.Equal(2, embeddings.Count);
        return [.. embeddings.SelectMany(embedding => embedding.ToFloats().ToArray().Cast<object>()), embeddings.Usage.TotalTokenCount];
    });

    [Fact]
    public Task Models_ListedAndNamed_AreTheUpstreams() => AssertSameAsync(async client =>
    {
        OpenAIModelCollection listed = await client.GetOpenAIModelClient().GetModelsAsync();
        OpenAIModel named = await client.GetOpenAIModelClient().GetModelAsync(GatewayFixture.Model);
        Assert.Equal(GatewayFixture.Model, named.Id);
        return [.. listed.Select(model => model.Id), named.Id];
    });

    [Fact]
    public async Task Model_ThatIsUnknown_RaisesNotFound()
    {
        OpenAIModelClient client = DotNetClient.Create(fixture.GatewayBase).GetOpenAIModelClient();

        ClientResultException raised = await Assert.ThrowsAsync<ClientResultException>(() => client.GetModelAsync("no/such-model"));

        Assert.Equal(404, raised.Status);
        Assert.Contains("model_not_found", raised.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no/such-model", 404, "model_not_found")]
    [InlineData("sim/500", 502, "upstream_failed")]
    [InlineData("sim/400-context", 400, "maximum context length")]
    public async Task Chat_ThatIsRefused_RaisesStatusAndCode(string model, int status, string words)
    {
        ChatClient client = DotNetClient.Create(fixture.GatewayBase).GetChatClient(model);

        ClientResultException unary = await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync(new UserChatMessage("Hello")));
        ClientResultException stream = await Assert.ThrowsAsync<ClientResultException>(() => TextAsync(client));

        Assert.Equal(status, unary.Status);
        Assert.Contains(words, unary.Message, StringComparison.Ordinal);
        Assert.Equal(status, stream.Status);
        Assert.Contains(words, stream.Message, StringComparison.Ordinal);
    }

    private static async Task<string> TextAsync(ChatClient client)
    {
        string text = "";
        await foreach (StreamingChatCompletionUpdate update in client.CompleteChatStreamingAsync(new UserChatMessage("Hello")))
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
        return text;
    }

    private async Task AssertSameAsync(Func<OpenAIClient, Task<IReadOnlyList<object?>>> scenario)
    {
        IReadOnlyList<object?> direct = await scenario(DotNetClient.Create(fixture.DirectBase));
        IReadOnlyList<object?> through = await scenario(DotNetClient.Create(fixture.GatewayBase));

        Assert.NotEmpty(direct);
        Assert.Equal(direct, through);
    }
}
