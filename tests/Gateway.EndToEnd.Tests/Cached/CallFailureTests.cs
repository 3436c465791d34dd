using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>The shared upstream call fails: before content all get the answer of its retry or the same failure, afterwards all are told.</summary>
public sealed class CallFailureTests
{
    private const int Waiters = 20;

    private const string Quick = "retries: { max-attempts: 2, backoff: 1ms, max-backoff: 1ms, budget: 100% }";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failure_BeforeContent_IsRetriedOnceForAll(bool stream)
    {
        await using CachedStage stage = await CachedStage.StartAsync(top: Quick);
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Upstream.Does = Play.First(1, Gated(gate, Play.Status(500)), Answers.Say("second"));
        RawResponse[] responses = await AskTogetherAsync(stage, stream, gate);
        Assert.All(responses, response => Assert.Equal(200, response.Status));
        Assert.All(responses, response => Assert.Contains("second", response.Body, StringComparison.Ordinal));
        Assert.Equal(2, stage.Upstream.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failure_Always_IsEverybodysAndNotKept(bool stream)
    {
        await using CachedStage stage = await CachedStage.StartAsync(top: Quick);
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Upstream.Does = Gated(gate, Play.Status(500));
        RawResponse[] responses = await AskTogetherAsync(stage, stream, gate);
        Assert.All(responses, response => Assert.Equal((responses[0].Status, responses[0].ErrorCode), (response.Status, response.ErrorCode)));
        Assert.InRange(responses[0].Status, 500, 504);
        Assert.Equal(2, stage.Upstream.Count);

        stage.Upstream.Does = Answers.Say("well");
        Assert.Equal((200, "miss"), CachedStage.Met(await stage.AskAsync(stream)));
    }

    [Fact]
    public async Task Cut_AfterContent_IsToldToAllAndNotKept()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldStream held = stage.Hold(HeldStream.OneThenCut());
        RawClient[] clients = await stage.BoardAsync(Waiters);
        held.Release();
        foreach (RawClient client in clients)
        {
            RawResponse response = await client.ReadResponseAsync();
            Assert.Contains("\"error\"", response.Events[^1], StringComparison.Ordinal);
            Assert.DoesNotContain("[DONE]", response.Body, StringComparison.Ordinal);
            client.Dispose();
        }

        Assert.Equal(1, stage.Upstream.Count);
        stage.Upstream.Does = Answers.Say("well");
        Assert.Equal((200, "miss"), CachedStage.Met(await stage.AskAsync()));
    }

    private static Func<UpstreamConnection, string, Task> Gated(TaskCompletionSource gate, Func<UpstreamConnection, string, Task> then) => async (connection, request) =>
    {
        await gate.Task;
        await then(connection, request);
    };

    private static async Task<RawResponse[]> AskTogetherAsync(CachedStage stage, bool stream, TaskCompletionSource gate)
    {
        RawClient[] clients = await stage.PostTogetherAsync(Waiters, stream);
        gate.SetResult();
        RawResponse[] responses = await Task.WhenAll(clients.Select(client => client.ReadResponseAsync()));
        foreach (RawClient client in clients)
            client.Dispose();
        return responses;
    }
}
