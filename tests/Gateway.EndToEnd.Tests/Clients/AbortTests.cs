using System.ClientModel;
using Gateway.EndToEnd.Tests.Wire;
using OpenAI.Chat;

namespace Gateway.EndToEnd.Tests.Clients;

/// <summary>A user who stops reading stops the generation: each client's own way to cancel reaches the upstream.</summary>
public sealed class AbortTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(JavaScriptRuns.OpenAI)]
    [InlineData(JavaScriptRuns.AI)]
    public async Task Abort_InTheMiddleOfAStream_EndsTheGeneration(string client)
    {
        long before = fixture.Upstream.CancelledGenerations;

        System.Text.Json.JsonElement seen = (await NodeClient.RunAsync(client, fixture.GatewayBase, "abort"))["abort"];

        Assert.Equal(3, seen.GetProperty("result").GetInt32());
        await AssertCancelledAsync(before);
    }

    [Fact]
    public async Task Cancel_InTheMiddleOfADotNetStream_EndsTheGeneration()
    {
        long before = fixture.Upstream.CancelledGenerations;
        ChatClient client = DotNetClient.Create(fixture.GatewayBase).GetChatClient("sim/stall-after-3");
        using CancellationTokenSource cancel = new();
        int chunks = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            AsyncCollectionResult<StreamingChatCompletionUpdate> stream = client.CompleteChatStreamingAsync([new UserChatMessage("Hello")], cancellationToken: cancel.Token);
            await foreach (StreamingChatCompletionUpdate update in stream)
            {
                if (update.ContentUpdate.Count > 0 && update.ContentUpdate[0].Text.Length > 0 && ++chunks == 3)
                    await cancel.CancelAsync();
            }
        });

        await AssertCancelledAsync(before);
    }

    [Fact]
    public async Task Cancel_OfADotNetCallBeforeItsAnswer_EndsTheGeneration()
    {
        long before = fixture.Upstream.CancelledGenerations;
        ChatClient client = DotNetClient.Create(fixture.GatewayBase).GetChatClient("sim/silent");
        using CancellationTokenSource cancel = new();

        Task<ClientResult<ChatCompletion>> answering = client.CompleteChatAsync([new UserChatMessage("Hello")], cancellationToken: cancel.Token);
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        await fixture.Upstream.WaitForAsync(upstream => upstream.ActiveGenerations == 1, limit.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
        await AssertCancelledAsync(before);
    }

    private async Task AssertCancelledAsync(long before)
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        await fixture.Upstream.WaitForAsync(upstream => upstream.CancelledGenerations == before + 1 && upstream.ActiveGenerations == 0, limit.Token);
    }
}
