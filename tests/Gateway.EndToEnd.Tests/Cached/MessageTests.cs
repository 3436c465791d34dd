using Gateway.EndToEnd.Tests.Hostile;
using Gateway.EndToEnd.Tests.Wire;
using TestKit.Streaming;
using RawClient = Gateway.EndToEnd.Tests.Hostile.RawClient;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Anthropic's endpoint, which the OpenAI clients do not speak: either shape's entry gives both, thinking and tool calls included.</summary>
public sealed class MessageTests(CachedModels models) : IClassFixture<CachedModels>
{
    public static TheoryData<string> Models => [GatewayFixture.Model, "sim/reasoning-5", "sim/tools", "sim/reasoning-3+tools", "sim/escapes", "sim/tricky", "sim/crlf", "sim/comments"];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Message_InEitherShape_GivesBoth(string model)
    {
        await models.ForgetAsync();
        string stream = await AskAsync(model, stream: true, "miss");
        Assert.Equal(stream, await AskAsync(model, stream: true, "hit"));
        string wholeOfStream = await AskAsync(model, stream: false, "hit");

        await models.ForgetAsync();
        string whole = await AskAsync(model, stream: false, "miss");
        Assert.Equal(whole, await AskAsync(model, stream: false, "hit"));
        string streamOfWhole = await AskAsync(model, stream: true, "hit");

        Assert.Equal(JsonMeaning.Of(whole), JsonMeaning.Of(wholeOfStream));
        Assert.Equal(JsonMeaning.Of(whole), JsonMeaning.Of(NaiveAnswers.Message(stream)));
        Assert.Equal(JsonMeaning.Of(whole), JsonMeaning.Of(NaiveAnswers.Message(streamOfWhole)));
    }

    private async Task<string> AskAsync(string model, bool stream, string met)
    {
        string headers = $"{GatewayFixture.ResponseIdHeader}: {GatewayFixture.ResponseId}\r\n";
        using RawClient client = await RawClient.PostAsync(models.Gateway.Address, Requests.Path("messages"), Requests.Body("messages", model, stream), headers);
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((200, met), CachedStage.Met(response));
        return response.Body;
    }
}
