#pragma warning disable OPENAI001 // The client still calls this API experimental.

using Gateway.EndToEnd.Tests.Wire;
using OpenAI.Responses;

namespace Gateway.EndToEnd.Tests.Clients;

/// <summary>The Responses API of the official .NET client.</summary>
public sealed class DotNetResponsesTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Response_Unary_IsTheUpstreams()
    {
        (string? direct, string? through) = (await UnaryAsync(fixture.DirectBase), await UnaryAsync(fixture.GatewayBase));

        Assert.False(string.IsNullOrEmpty(direct));
        Assert.Equal(direct, through);
    }

    [Fact]
    public async Task Response_Stream_IsTheUpstreams()
    {
        (List<string> direct, List<string> through) = (await StreamAsync(fixture.DirectBase), await StreamAsync(fixture.GatewayBase));

        Assert.Contains(nameof(StreamingResponseCompletedUpdate), direct);
        Assert.Equal(direct, through);
    }

    private static async Task<string?> UnaryAsync(Uri baseUrl)
    {
        ResponseResult response = await DotNetClient.Create(baseUrl).GetResponsesClient().CreateResponseAsync(GatewayFixture.Model, "Hello");
        return $"{response.Id} {response.GetOutputText()}";
    }

    /// <summary>The kind of every event and the text in it.</summary>
    private static async Task<List<string>> StreamAsync(Uri baseUrl)
    {
        List<string> seen = [];
        await foreach (StreamingResponseUpdate update in await DotNetClient.Create(baseUrl).GetResponsesClient().CreateResponseStreamingAsync(GatewayFixture.Model, "Hello"))
        {
            seen.Add(update.GetType().Name);
            if (update is StreamingResponseOutputTextDeltaUpdate delta)
                seen.Add(delta.Delta);
        }

        return seen;
    }
}
