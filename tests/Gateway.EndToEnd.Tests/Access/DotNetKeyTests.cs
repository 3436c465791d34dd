using System.ClientModel;
using Gateway.EndToEnd.Tests.Clients;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace Gateway.EndToEnd.Tests.Access;

/// <summary>The official OpenAI .NET client with client keys.</summary>
public sealed class DotNetKeyTests(KeyedGateway keyed) : IClassFixture<KeyedGateway>
{
    [Fact]
    public async Task Chat_RightKey_IsAnswered()
    {
        ChatCompletion answer = await Client(KeyedGateway.Next).GetChatClient(KeyedGateway.Model).CompleteChatAsync(new UserChatMessage("Hello"));
        OpenAIModelCollection models = await Client(KeyedGateway.MetaOnly).GetOpenAIModelClient().GetModelsAsync();

        Assert.NotEmpty(answer.Content[0].Text);
        Assert.All(models, model => Assert.StartsWith("meta/", model.Id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("wrong-0123456789abcdef", 401, "invalid_api_key")]
    [InlineData(KeyedGateway.Expired, 401, "invalid_api_key")]
    [InlineData(KeyedGateway.AliasOnly, 403, "model_not_allowed")]
    public async Task Chat_WrongKey_RaisesTheClientsException(string key, int status, string code)
    {
        ChatClient client = Client(key).GetChatClient(KeyedGateway.Model);

        ClientResultException whole = await Assert.ThrowsAsync<ClientResultException>(async () => await client.CompleteChatAsync(new UserChatMessage("Hello")));
        ClientResultException streamed = await Assert.ThrowsAsync<ClientResultException>(async () =>
        {
            await foreach (StreamingChatCompletionUpdate _ in client.CompleteChatStreamingAsync(new UserChatMessage("Hello")))
            {
            }
        });

        Assert.Equal((status, status), (whole.Status, streamed.Status));
        Assert.Contains(code, whole.Message, StringComparison.Ordinal);
    }

    private OpenAIClient Client(string key) =>
        new(new ApiKeyCredential(key), DotNetClient.Configure(new OpenAIClientOptions { Endpoint = new(keyed.Gateway.Address, "v1") }));
}
