using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Row 15: a primary that comes and goes.</summary>
public sealed class FlapTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Primary_Flaps_TrafficMovesAwayAndReturnsOneTrialAtATime()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"), new StagedProvider("b"));
        ScriptedReplica primary = stage["a-1"];
        Assert.Equal("a", await AskAsync(stage));

        // Down: three in a row eject.
        primary.Does = Play.Status(503);
        for (int i = 0; i < 8; i++)
            Assert.Equal("b", await AskAsync(stage));
        Assert.Equal(1 + 3, primary.Count);
        long ejected = TimeProvider.System.GetTimestamp();

        // Its time passes. One request tries it, and while that has no answer nobody else does.
        TaskCompletionSource broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        primary.Does = async (connection, _) =>
        {
            await connection.WriteAsync(Chat.StreamHead);
            await broken.Task;
            connection.Reset();
        };
        List<Task<string?>> asked = [];
        while (primary.Count == 4)
        {
            asked.Add(AskAsync(stage));
            await Task.Delay(Pause, TimeProvider.System);
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(ejected), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10));
        for (int i = 0; i < 10; i++)
            Assert.Equal("b", await AskAsync(stage));
        Assert.Equal(5, primary.Count);

        // The trial fails, and its client notices nothing. Well again from now on: it is found out, slowly at first, and all comes back.
        primary.Does = Play.Answer;
        long recovered = TimeProvider.System.GetTimestamp();
        broken.SetResult();
        Assert.All(await Task.WhenAll(asked), provider => Assert.Equal("b", provider));
        for (int inARow = 0; inARow < 20; await Task.Delay(Pause, TimeProvider.System))
        {
            inARow = await AskAsync(stage) == "a" ? inARow + 1 : 0;
            Assert.InRange(TimeProvider.System.GetElapsedTime(recovered), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        }

        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_requests_total", "outcome=\"upstream_error\""));
        Assert.Equal(2, await stage.Gateway.MetricAsync("gateway_replica_ejections_total", "replica=\"a-1\""));
        Assert.Equal(1, await stage.Gateway.MetricAsync("gateway_replica_up", "replica=\"a-1\""));
    }

    private static async Task<string?> AskAsync(Stage stage)
    {
        RawResponse response = await stage.AskAsync();
        Assert.Equal((200, Play.StreamBody), (response.Status, response.Body));
        return response.Header("x-gateway-provider");
    }
}
