using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Routing;

/// <summary>A replica that the operator takes out.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Drained_GetsNoNewRequestAndItsStreamFinishes()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2));
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        stage["a-1"].Does = async (connection, _) =>
        {
            await connection.WriteAsync(Chat.StreamHead + Play.Chunk(Chat.Role + Chat.Content("Hello")));
            await goOn.Task;
            await connection.WriteAsync(Play.Chunk(Chat.Finish + Chat.Done) + Chat.End);
        };
        using RawClient running = await stage.PostAsync();
        await running.ReadUntilAsync("Hello");
        await stage.DrainAsync("a-1");
        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_replica_up", "replica=\"a-1\""));

        for (int i = 0; i < 10; i++)
            Assert.Equal("a-2", (await stage.AskAsync(stream: i % 2 == 0)).Header("x-gateway-replica"));
        Assert.Equal((1, 1), (stage["a-1"].Count, await stage.Gateway.MetricAsync("gateway_replica_inflight", "replica=\"a-1\"")));
        goOn.SetResult();
        RawResponse finished = await running.ReadResponseAsync();
        Assert.Equal((200, "a-1", Play.StreamBody), (finished.Status, finished.Header("x-gateway-replica"), finished.Body));

        stage["a-1"].Does = Play.Answer;
        await stage.UndrainAsync("a-1");
        HashSet<string?> seen = [(await stage.AskAsync()).Header("x-gateway-replica"), (await stage.AskAsync()).Header("x-gateway-replica")];
        Assert.Contains("a-1", seen);
    }

    [Fact]
    public async Task Drained_TheOtherFails_IsNotTriedInstead()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2));
        await stage.DrainAsync("a-1");
        stage["a-2"].Does = Play.Status(502);
        Assert.Equal(502, (await stage.AskAsync()).Status);
        await stage.DrainAsync("a-2");
        int asked = stage.Count;
        RawResponse response = await stage.AskAsync();
        Assert.Equal((503, "no_healthy_replica"), (response.Status, response.ErrorCode));
        Assert.NotNull(response.Header("retry-after"));
        Assert.Equal((0, asked), (stage["a-1"].Count, stage.Count));
    }
}
