using System.Text;
using Gateway.Simulator;

namespace Gateway.Tests.Simulator;

public sealed class LifecycleTests
{
    [Theory]
    [InlineData("sim/stall", "data: ")]
    [InlineData("sim/slow-first-token", "\"role\":\"assistant\"")]
    public async Task Disconnect_DuringAStream_CountsAsCancelled(string model, string seen)
    {
        await using Replica replica = await Replica.StartAsync();
        using (RawExchange exchange = await RawExchange.PostAsync(replica.Frontend.Address, Replica.ChatBody(model)))
        {
            await exchange.UntilAsync(seen);
            Assert.Equal((1, 1L, 0L), (replica.Frontend.ActiveGenerations, replica.Frontend.StartedGenerations, replica.Frontend.CancelledGenerations));
        }

        await replica.Frontend.WaitForAsync(static frontend => frontend is { CancelledGenerations: 1, ActiveGenerations: 0 }, Replica.Timeout);
    }

    [Theory]
    [InlineData(",\"stream\":true")]
    [InlineData("")]
    public async Task Disconnect_WhileSilent_CountsAsCancelled(string stream)
    {
        await using Replica replica = await Replica.StartAsync();
        using (await RawExchange.PostAsync(replica.Frontend.Address, Replica.ChatBody("sim/silent", stream)))
        {
            await replica.Frontend.WaitForAsync(static frontend => frontend.ActiveGenerations == 1, Replica.Timeout);
        }

        await replica.Frontend.WaitForAsync(static frontend => frontend is { CancelledGenerations: 1, ActiveGenerations: 0 }, Replica.Timeout);
    }

    [Theory]
    [InlineData(DynamoGeneration.From12, 503)]
    [InlineData(DynamoGeneration.UpTo11, 200)]
    public async Task Drain_RefusesNewWorkAndStaysLive(DynamoGeneration generation, int health)
    {
        await using Replica replica = await Replica.StartAsync(new() { Generation = generation });
        replica.Frontend.Drain();

        Assert.Equal(503, (await replica.TextAsync(Replica.ChatBody())).Status);
        Assert.Equal(health, (await replica.GetAsync("/health")).Status);
        Assert.Equal(200, (await replica.GetAsync("/live")).Status);

        replica.Frontend.Undrain();
        Assert.Equal(200, (await replica.TextAsync(Replica.ChatBody())).Status);
    }

    [Fact]
    public async Task Drain_RunningStream_GoesOn()
    {
        await using Replica replica = await Replica.StartAsync();
        using RawExchange exchange = await RawExchange.PostAsync(replica.Frontend.Address, Replica.ChatBody("sim/slow-first-token-50"));
        await exchange.UntilAsync("assistant");
        replica.Frontend.Drain();
        await exchange.UntilAsync("data: [DONE]");
    }

    [Fact]
    public async Task NotReady_Answers404EmptyAndListsNothing()
    {
        var time = new SteppedTimeProvider();
        await using Replica replica = await Replica.StartAsync(new() { TimeProvider = time, StartupDelay = TimeSpan.FromSeconds(5) });

        Assert.Equal((404, ""), await replica.TextAsync(Replica.ChatBody()));
        Assert.Equal((200, "{\"object\":\"list\",\"data\":[]}"), await replica.GetAsync("/v1/models"));
        Assert.Equal(200, (await replica.GetAsync("/health")).Status);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, (await replica.TextAsync(Replica.ChatBody())).Status);
        replica.Frontend.SetReady(false);
        Assert.Equal((404, ""), await replica.TextAsync(Replica.ChatBody()));
    }

    [Theory]
    [InlineData(DynamoGeneration.From12, 529)]
    [InlineData(DynamoGeneration.UpTo11, 503)]
    public async Task Overload_BeyondTheLimit_AnswersTheReleasesStatus(DynamoGeneration generation, int status)
    {
        await using Replica replica = await Replica.StartAsync(new() { Generation = generation, MaxActiveGenerations = 1 });
        using (await RawExchange.PostAsync(replica.Frontend.Address, Replica.ChatBody("sim/silent")))
        {
            await replica.Frontend.WaitForAsync(static frontend => frontend.ActiveGenerations == 1, Replica.Timeout);
            Assert.Equal(status, (await replica.TextAsync(Replica.ChatBody())).Status);
        }

        await replica.Frontend.WaitForAsync(static frontend => frontend.ActiveGenerations == 0, Replica.Timeout);
        Assert.Equal(200, (await replica.TextAsync(Replica.ChatBody())).Status);
    }

    [Fact]
    public async Task StopAndRestart_RefusesThenListensOnTheSamePort()
    {
        await using Replica replica = await Replica.StartAsync();
        Uri address = replica.Frontend.Address;
        await replica.Frontend.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => replica.TextAsync(Replica.ChatBody()));
        await replica.Frontend.RestartAsync();

        Assert.Equal(address, replica.Frontend.Address);
        Assert.Equal(200, (await replica.TextAsync(Replica.ChatBody())).Status);
    }

    [Fact]
    public async Task SetFault_OneReplica_StrikesOnlyThere()
    {
        await using Replica replica = await Replica.StartAsync(new() { Replicas = 2 });
        replica.Frontends[0].SetFault("sim/503");

        Assert.Equal(503, (await replica.TextAsync(Replica.ChatBody())).Status);
        using var other = new HttpClient { BaseAddress = replica.Frontends[1].Address };
        using HttpResponseMessage response = await other.PostAsync(new Uri(Replica.Chat, UriKind.Relative), Replica.Json(Replica.ChatBody()));
        Assert.True(response.IsSuccessStatusCode);
        replica.Frontends[0].SetFault(null);
        Assert.Equal(200, (await replica.TextAsync(Replica.ChatBody())).Status);
        Assert.Throws<ArgumentException>(() => replica.Frontends[0].SetFault("sim/nonsense"));
    }

    [Theory]
    [InlineData("sim/flaky-30", 0)]
    [InlineData(Replica.Model, 0.3)]
    public async Task RandomFaults_Share_StrikeThatShareTheSameWayEachTime(string model, double share)
    {
        var options = new SimulatorOptions { RandomFaults = [new RandomFault("sim/503", share)], OutputTokens = 1 };
        var runs = new List<string>();
        for (int run = 0; run < 2; run++)
        {
            await using Replica replica = await Replica.StartAsync(options);
            var statuses = new StringBuilder();
            for (int i = 0; i < 200; i++)
            {
                statuses.Append((await replica.TextAsync(Replica.ChatBody(model))).Status == 503 ? 'x' : '.');
            }

            runs.Add(statuses.ToString());
        }

        Assert.Equal(runs[0], runs[1]);
        Assert.InRange(runs[0].Count(static c => c == 'x'), 40, 80);
    }

    [Fact]
    public async Task Recording_On_KeepsTheRequestAsItCame()
    {
        await using Replica replica = await Replica.StartAsync();
        await replica.TextAsync(Replica.ChatBody());
        Assert.Null(replica.Frontend.LastRequest);
        replica.Frontend.RecordRequests = true;
        string body = " " + Replica.ChatBody();
        await replica.TextAsync(body, Replica.Chat + "?a=%2F&b");

        RecordedRequest last = replica.Frontend.LastRequest!;
        Assert.Equal(("POST", "/v1/chat/completions?a=%2F&b"), (last.Method, last.Target));
        Assert.Equal("application/json", last.Headers["content-type"].Single());
        Assert.Equal(body, Encoding.UTF8.GetString(last.Body.Span));
    }
}
