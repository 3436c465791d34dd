using Gateway.EndToEnd.Tests.Wire;
using OpenAI.Chat;

namespace Gateway.EndToEnd.Tests.Clients;

/// <summary>The official .NET client reads over error events, the upstream's own too: the missing finish reason is what tells its users.</summary>
public sealed class DotNetBrokenStreamTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("sim/error-after-5")]
    [InlineData("sim/cut-after-5")]
    [InlineData("sim/end-after-5")]
    public async Task BrokenStream_Never_HasAFinishReason(string model)
    {
        ChatClient client = DotNetClient.Create(fixture.GatewayBase).GetChatClient(model);
        int texts = 0;

        await foreach (StreamingChatCompletionUpdate update in client.CompleteChatStreamingAsync(new UserChatMessage("Hello")))
        {
            Assert.Null(update.FinishReason);
            texts += update.ContentUpdate.Count(part => part.Text.Length > 0);
        }

        Assert.Equal(5, texts);
    }
}
