using System.Runtime.CompilerServices;
using Gateway.Configuration;
using Gateway.Limits;
using Gateway.Tests.Requests;
using Gateway.Tests.Upstream.Dispatching;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;
using TestKit.Clocks;
using TestKit.Memory;
using TestKit.Sockets;
using Endpoint = Gateway.Streaming.Endpoint;

namespace Gateway.Tests.Upstream;

/// <summary>The queue before a provider's limits: its order, its patience, and what it never keeps.</summary>
public class ProviderGateTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly LocalLimits _limits;

    public ProviderGateTests() => _limits = new(_time);

    [Fact]
    public async Task Enter_WithRoom_PassesAtOnce()
    {
        ProviderGate gate = Gate(new() { RequestsPerMinute = 2 });
        using ProviderPass pass = (await EnterNowAsync(gate)).Pass!;
        Assert.Equal((1, 0), (_limits.Read(gate.Scope).Inflight, gate.Waiting));
    }

    [Fact]
    public async Task Waiting_Attempts_PassInTheOrderOfTheirArrival()
    {
        ProviderGate gate = Gate(new() { ConcurrentRequests = 1, QueueTimeout = TimeSpan.FromMinutes(1) });
        ProviderPass held = (await EnterNowAsync(gate)).Pass!;
        List<int> order = [];
        List<Task> entering = [];
        for (int i = 0; i < 20; i++)
        {
            int number = i;
            entering.Add(Task.Run(async () =>
            {
                GateEntry entry = await gate.EnterAsync(Call(), mayWait: true, default);
                lock (order)
                    order.Add(number);
                entry.Pass!.Dispose();
            }));
            await UntilAsync(() => gate.Waiting == number + 1);
        }

        held.Dispose();
        await Fails(Task.WhenAll(entering));
        Assert.Equal(Enumerable.Range(0, 20), order);
        Assert.Equal((0, 0), (_limits.Read(gate.Scope).Inflight, gate.Waiting));
    }

    [Fact]
    public async Task Waiting_ForRequestsPerMinute_PassesWhenTheTimeHasCome()
    {
        ProviderGate gate = Gate(new() { RequestsPerMinute = 60, QueueTimeout = TimeSpan.FromSeconds(5) });
        for (int i = 0; i < 60; i++)
            (await EnterNowAsync(gate)).Pass!.Dispose();
        Task<GateEntry> first = Task.Run(() => gate.EnterAsync(Call(), mayWait: true, default).AsTask());
        await _time.SleepsAsync(TimeSpan.FromSeconds(1));
        Task<GateEntry> second = Task.Run(() => gate.EnterAsync(Call(), mayWait: true, default).AsTask());
        await UntilAsync(() => gate.Waiting == 2);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await Fails(first)).Pass);
        await _time.SleepsAsync(TimeSpan.FromSeconds(1));
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await Fails(second)).Pass);
    }

    [Fact]
    public async Task Waiting_BeyondTheQueueTimeout_IsRefusedAndHoldsNothing()
    {
        ProviderGate gate = Gate(new() { ConcurrentRequests = 1, QueueTimeout = TimeSpan.FromMilliseconds(40) });
        using ProviderPass held = (await EnterNowAsync(gate)).Pass!;
        Task<GateEntry> waiting = Task.Run(() => gate.EnterAsync(Call(), mayWait: true, default).AsTask());
        await _time.SleepsAsync(TimeSpan.FromMilliseconds(40));
        _time.Advance(TimeSpan.FromMilliseconds(40));
        GateEntry entry = await Fails(waiting);
        Assert.Null(entry.Pass);
        Assert.Equal((LimitKind.ConcurrentRequests, "provider:p"), (entry.Refusal.Refused, entry.Refusal.RefusedBy!.Label));
        Assert.Equal((1, 0), (_limits.Read(gate.Scope).Inflight, gate.Waiting));
    }

    [Fact]
    public async Task Requests_ThatComeBackTooLate_AreNotWaitedFor()
    {
        ProviderGate gate = Gate(new() { RequestsPerMinute = 2, QueueTimeout = TimeSpan.FromSeconds(5) });
        (await EnterNowAsync(gate)).Pass!.Dispose();
        (await EnterNowAsync(gate)).Pass!.Dispose();
        GateEntry entry = await EnterNowAsync(gate);
        Assert.Null(entry.Pass);
        Assert.Equal((LimitKind.RequestsPerMinute, TimeSpan.FromSeconds(30)), (entry.Refusal.Refused, entry.Refusal.RetryAfter));
    }

    [Fact]
    public async Task Timeout_Off_NobodyWaits()
    {
        ProviderGate gate = Gate(new() { ConcurrentRequests = 1, QueueTimeout = TimeSpan.Zero });
        using ProviderPass held = (await EnterNowAsync(gate)).Pass!;
        Assert.Null((await EnterNowAsync(gate)).Pass);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Waiting_IsCancelled_LeavesAtOnceAndTheOthersKeepTheirOrder(int leaver)
    {
        ProviderGate gate = Gate(new() { ConcurrentRequests = 1, QueueTimeout = TimeSpan.FromMinutes(1) });
        ProviderPass held = (await EnterNowAsync(gate)).Pass!;
        CancellationTokenSource[] left = [new(), new(), new()];
        Task<GateEntry>[] waiting = new Task<GateEntry>[3];
        for (int i = 0; i < 3; i++)
        {
            CancellationToken token = left[i].Token;
            waiting[i] = Task.Run(() => gate.EnterAsync(Call(), mayWait: true, token).AsTask());
            int joined = i + 1;
            await UntilAsync(() => gate.Waiting == joined);
        }

        await left[leaver].CancelAsync();
        Assert.Equal(default, await Fails(waiting[leaver]));
        Assert.Equal(2, gate.Waiting);
        held.Dispose();
        foreach (int next in Enumerable.Range(0, 3).Where(i => i != leaver))
        {
            GateEntry entry = await Fails(waiting[next]);
            Assert.Equal(1, _limits.Read(gate.Scope).Inflight);
            entry.Pass!.Dispose();
        }

        Assert.Equal((0, 0), (_limits.Read(gate.Scope).Inflight, gate.Waiting));
    }

    [Fact]
    public async Task Hedge_WhileOthersWaitOrWithoutRoom_IsRefusedAtOnce()
    {
        ProviderGate gate = Gate(new() { ConcurrentRequests = 1, QueueTimeout = TimeSpan.FromMinutes(1) });
        ProviderPass held = (await EnterNowAsync(gate)).Pass!;
        Assert.Null((await EnterNowAsync(gate, mayWait: false)).Pass);
        Task<GateEntry> waiting = Task.Run(() => gate.EnterAsync(Call(), mayWait: true, default).AsTask());
        await UntilAsync(() => gate.Waiting == 1);
        Assert.Null((await EnterNowAsync(gate, mayWait: false)).Pass);
        held.Dispose();
        (await Fails(waiting)).Pass!.Dispose();
        (await EnterNowAsync(gate, mayWait: false)).Pass!.Dispose();
    }

    [Fact]
    public async Task Tokens_AreReservedAndSettled_AndWaitersLookAgain()
    {
        ProviderGate gate = Gate(new() { TokensPerMinute = 600, QueueTimeout = TimeSpan.FromMinutes(1) });
        ProviderPass first = (await EnterNowAsync(gate)).Pass!;
        Assert.Equal(600 - 514, _limits.Read(gate.Scope).Tokens!.Value.Remaining);
        Task<GateEntry> waiting = Task.Run(() => gate.EnterAsync(Call(), mayWait: true, default).AsTask());
        await UntilAsync(() => gate.Waiting == 1);
        // Little was used: there is room at once, without a tick of the clock.
        first.Used = 5;
        first.Dispose();
        ProviderPass second = (await Fails(waiting)).Pass!;
        Assert.Equal(600 - 5 - 514, _limits.Read(gate.Scope).Tokens!.Value.Remaining);
        second.Dispose();
        // Nobody knew better: the prompt.
        Assert.Equal(600 - 5 - 2, _limits.Read(gate.Scope).Tokens!.Value.Remaining);
    }

    [Fact]
    public async Task Enter_From64Tasks_NeverMoreThanTheLimitAndNoneIsLost()
    {
        ProviderGate gate = new(new(LimitOwner.Provider, "p", new() { ConcurrentRequests = 5, QueueTimeout = TimeSpan.FromMinutes(5) }), new LocalLimits(TimeProvider.System), TimeProvider.System);
        int under = 0;
        int over = 0;
        int passed = 0;
        await Fails(Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                using ProviderPass pass = (await gate.EnterAsync(Call(), mayWait: true, default)).Pass!;
                if (Interlocked.Increment(ref under) > 5)
                    Interlocked.Increment(ref over);
                await Task.Yield();
                Interlocked.Decrement(ref under);
                Interlocked.Increment(ref passed);
            }
        }))));
        Assert.Equal((0, 64 * 50, 0), (over, passed, gate.Waiting));
    }

    [Fact]
    public void Granted_Attempts_AllocateNothing()
    {
        ProviderGate gate = Gate(new() { RequestsPerMinute = 10_000_000, TokensPerMinute = 1_000_000_000_000, ConcurrentRequests = 10 });
        UpstreamCall call = Call();
        Assert.Equal(0, AllocatedBytes.LowestOf(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                ValueTask<GateEntry> entry = gate.EnterAsync(call, mayWait: true, default);
                Assert.True(entry.IsCompletedSuccessfully);
                entry.GetAwaiter().GetResult().Pass!.Dispose();
            }
        }));
    }

    private ProviderGate Gate(LimitOptions options) => new(new(LimitOwner.Provider, "p", options), _limits, _time);

    private static async Task<GateEntry> EnterNowAsync(ProviderGate gate, bool mayWait = true)
    {
        ValueTask<GateEntry> entry = gate.EnterAsync(Call(), mayWait, default);
        Assert.True(entry.IsCompleted);
        return await entry;
    }

    private static UpstreamCall Call()
    {
        ScannedRequest request = new("""{"model":"m","messages":[{"role":"user","content":"12345678"}]}""");
        return new()
        {
            Endpoint = Endpoint.ChatCompletions,
            Model = "m",
            Body = request.Body,
            BodyOwner = new BodyCounter(),
            MayBeHedged = true,
            Fields = request.Fields,
            Headers = new HeaderDictionary(),
            Query = "",
            RequestId = "r",
        };
    }

    private static async Task UntilAsync(Func<bool> condition, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        await Task.Run(async () =>
        {
            while (!condition())
                await Task.Yield();
        }).OrFail("it did not come to that", file, line);
    }

    private static Task<T> Fails<T>(Task<T> task, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => task.OrFail("it hangs", file, line);

    private static Task Fails(Task task, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => task.OrFail("it hangs", file, line);
}
