#pragma warning disable OPENAI001 // The client still calls the Responses API experimental.

using System.ClientModel;
using System.ClientModel.Primitives;
using Gateway.EndToEnd.Tests.Clients;
using Gateway.EndToEnd.Tests.Wire;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Responses;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>The official OpenAI .NET client: each update of a replayed stream is that of the first one, and either shape's entry gives the other's answer.</summary>
public sealed class CachedDotNetTests(CachedModels models) : IClassFixture<CachedModels>
{
    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool("get_weather", "The weather.", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}}}"""));

    private readonly CacheWatch _watch = new();

    public static TheoryData<string> Chats =>
    [
        GatewayFixture.Model, "sim/reasoning-5", "sim/escapes", "sim/tricky", "sim/tools", "sim/reasoning-3+tools", "sim/crlf", "sim/comments", "sim/no-done",
        SaidAnswers.Logprobs, SaidAnswers.Refusal,
    ];

    [Theory]
    [MemberData(nameof(Chats))]
    public async Task Chat_FirstAskedAsAStream_IsGivenInBothShapes(string model)
    {
        await models.ForgetAsync();
        List<StreamingChatCompletionUpdate> miss = await StreamAsync(model);
        List<StreamingChatCompletionUpdate> hit = await StreamAsync(model);
        ChatSum whole = ChatSum.Of(await AskAsync(model));

        Assert.Equal(["miss", "hit", "hit"], _watch.Met);
        Assert.True(miss.Count > 2);
        Assert.Equal(miss.Select(Json), hit.Select(Json));
        Assert.Equal(ChatSum.Of(miss), whole);

        await models.ForgetAsync();
        Assert.Equal(ChatSum.Of(await AskAsync(model)), whole);
        Assert.Equal("miss", _watch.Met[^1]);
    }

    [Theory]
    [MemberData(nameof(Chats))]
    public async Task Chat_FirstAskedWhole_IsGivenInBothShapes(string model)
    {
        await models.ForgetAsync();
        ChatCompletion miss = await AskAsync(model);
        ChatCompletion hit = await AskAsync(model);
        List<StreamingChatCompletionUpdate> stream = await StreamAsync(model);

        Assert.Equal(["miss", "hit", "hit"], _watch.Met);
        Assert.Equal(Json(miss), Json(hit));
        Assert.Equal(ChatSum.Of(miss), ChatSum.Of(stream));
    }

    [Theory]
    [InlineData(GatewayFixture.Model)]
    [InlineData("sim/reasoning-5")]
    [InlineData("sim/tools")]
    public async Task Response_FirstAskedAsAStream_IsGivenInBothShapes(string model)
    {
        await models.ForgetAsync();
        List<StreamingResponseUpdate> miss = await StreamResponseAsync(model);
        List<StreamingResponseUpdate> hit = await StreamResponseAsync(model);
        string whole = Json(await AskResponseAsync(model));

        Assert.Equal(["miss", "hit", "hit"], _watch.Met);
        Assert.Equal(miss.Select(Json), hit.Select(Json));
        Assert.Equal(Json(Final(miss)), whole);

        await models.ForgetAsync();
        Assert.Equal(Json(await AskResponseAsync(model)), whole);
        Assert.Equal("miss", _watch.Met[^1]);
    }

    [Theory]
    [InlineData(GatewayFixture.Model)]
    [InlineData("sim/reasoning-5")]
    [InlineData("sim/tools")]
    public async Task Response_FirstAskedWhole_IsGivenInBothShapes(string model)
    {
        await models.ForgetAsync();
        string miss = Json(await AskResponseAsync(model));
        string hit = Json(await AskResponseAsync(model));
        List<StreamingResponseUpdate> stream = await StreamResponseAsync(model);

        Assert.Equal(["miss", "hit", "hit"], _watch.Met);
        Assert.Equal(miss, hit);
        Assert.Equal(miss, Json(Final(stream)));
        string text = string.Concat(stream.OfType<StreamingResponseOutputTextDeltaUpdate>().Select(update => update.Delta));
        Assert.Equal(Final(stream).GetOutputText() ?? "", text);
    }

    [Fact]
    public async Task Embeddings_AskedAgain_AreTheSame()
    {
        await models.ForgetAsync();
        EmbeddingClient client = Client().GetEmbeddingClient(GatewayFixture.Model);
        OpenAIEmbeddingCollection miss = await client.GenerateEmbeddingsAsync(["one", "two"]);
        OpenAIEmbeddingCollection hit = await client.GenerateEmbeddingsAsync(["one", "two"]);

        Assert.Equal(["miss", "hit"], _watch.Met);
        Assert.Equal(miss.SelectMany(embedding => embedding.ToFloats().ToArray()), hit.SelectMany(embedding => embedding.ToFloats().ToArray()));
        Assert.Equal(miss.Usage.TotalTokenCount, hit.Usage.TotalTokenCount);
    }

    private static ResponseResult Final(List<StreamingResponseUpdate> updates) => Assert.Single(updates.OfType<StreamingResponseCompletedUpdate>()).Response;

    private static string Json<T>(T model)
        where T : IPersistableModel<T> => ModelReaderWriter.Write(model).ToString();

    /// <summary>As the kind of update that it is.</summary>
    private static string Json(StreamingResponseUpdate update) => update.GetType().Name + ModelReaderWriter.Write((object)update);

    private OpenAIClient Client()
    {
        OpenAIClientOptions options = DotNetClient.Configure(new OpenAIClientOptions { Endpoint = models.Base });
        options.AddPolicy(_watch, PipelinePosition.PerCall);
        return new(new ApiKeyCredential("client-key"), options);
    }

    private async Task<ChatCompletion> AskAsync(string model) => await Client().GetChatClient(model).CompleteChatAsync([new UserChatMessage("Hello")], Options(model));

    private async Task<List<StreamingChatCompletionUpdate>> StreamAsync(string model)
    {
        List<StreamingChatCompletionUpdate> updates = [];
        await foreach (StreamingChatCompletionUpdate update in Client().GetChatClient(model).CompleteChatStreamingAsync([new UserChatMessage("Hello")], Options(model)))
            updates.Add(update);
        return updates;
    }

    private static ChatCompletionOptions Options(string model)
    {
        ChatCompletionOptions options = new();
        if (model.Contains("tools", StringComparison.Ordinal))
            options.Tools.Add(Weather);
        else if (model.StartsWith("said/", StringComparison.Ordinal))
            options.IncludeLogProbabilities = true;
        return options;
    }

    private async Task<ResponseResult> AskResponseAsync(string model) => await Client().GetResponsesClient().CreateResponseAsync(model, "Hello");

    private async Task<List<StreamingResponseUpdate>> StreamResponseAsync(string model)
    {
        List<StreamingResponseUpdate> updates = [];
        await foreach (StreamingResponseUpdate update in await Client().GetResponsesClient().CreateResponseStreamingAsync(model, "Hello"))
            updates.Add(update);
        return updates;
    }
}
