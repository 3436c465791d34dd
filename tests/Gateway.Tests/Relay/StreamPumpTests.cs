using System.Runtime.CompilerServices;
using System.Text;
using Gateway.Failures;
using Gateway.Relay;
using Gateway.Sockets;
using Gateway.Streaming.Keepalive;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sse;
using Gateway.Telemetry;
using Gateway.Tests.Simulator;
using Microsoft.AspNetCore.Http;
using Endpoint = Gateway.Streaming.Endpoint;

namespace Gateway.Tests.Relay;

public sealed class StreamPumpTests : IDisposable
{
    private const string Content = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
    private const string Finish = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Done = "data: [DONE]\n\n";
    private const string Keepalive = ": keepalive\n\n";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    private readonly SteppedTimeProvider _time = new();
    private readonly Wake _wake = new();
    private readonly StreamTimer _timer;
    private readonly MemoryStream _client = new();
    private readonly RequestLifetime _lifetime = new(CancellationToken.None, CancellationToken.None);
    private readonly GatewayMetrics _metrics = new();
    private Stream? _body;
    private BlockWriter? _output;

    public StreamPumpTests() => _timer = new(_time, _wake);

    private string Sent => Encoding.UTF8.GetString(_client.ToArray());

    public void Dispose()
    {
        _timer.Dispose();
        _lifetime.Dispose();
        _metrics.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task Run_TickTogetherWithTheUpstream_LaterDeadlinesStillFire()
    {
        int waits = 0;
        TaskCompletionSource last = new();
        GatedSource source = new(Content, Content, Finish + Done) { OnWait = () => ++waits == 1 ? Task.CompletedTask : last.Task };
        // The tick waits inside the wake; the pump's first wait takes it together with the upstream's end of wait.
        _timer.Arm(_timer.Now + 1);
        _time.Advance(TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond));
        Task<RelayResult> running = await StartAsync(source, TimeSpan.Zero);
        Assert.Equal(2, waits);

        _time.Advance(Interval);
        Assert.Equal(Content + Content + Keepalive, Sent);
        last.SetResult();
        Assert.Null((await running).Failure);
        Assert.Equal(Content + Content + Keepalive + Finish + Done, Sent);
    }

    [Fact]
    public async Task Run_ChunkAfterChunk_EachIsSentBeforeTheNextIsWaitedFor()
    {
        Queue<TaskCompletionSource> waits = [];
        GatedSource source = new(Content, Content, Content, Finish + Done)
        {
            OnWait = () =>
            {
                waits.Enqueue(new());
                return waits.Last().Task;
            },
        };
        Task<RelayResult> running = await StartAsync(source, Idle);
        for (int sent = 1; sent < 4; sent++)
        {
            Assert.Equal(string.Concat(Enumerable.Repeat(Content, sent)), Sent);
            waits.Dequeue().SetResult();
        }

        Assert.Null((await running).Failure);
        Assert.EndsWith(Finish + Done, Sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ClientTakesAChunkLate_NothingIsReadMeanwhile()
    {
        Queue<TaskCompletionSource> waits = [];
        GatedSource source = new(Content, Content, Finish + Done)
        {
            OnWait = () =>
            {
                waits.Enqueue(new());
                return waits.Last().Task;
            },
        };
        using SlowStream slow = new(_client);
        _body = slow;
        Task<RelayResult> running = await StartAsync(source, Idle);
        slow.Gate = new();
        waits.Dequeue().SetResult();
        Assert.Empty(waits);
        slow.Gate.SetResult();
        Assert.Equal(Content + Content, Sent);
        waits.Dequeue().SetResult();
        Assert.Null((await running).Failure);
        Assert.Equal(Content + Content + Finish + Done, Sent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"del")]
    public async Task Run_WokenForNoWholeEvent_HoldsNoBlockOfTheClientsMeanwhile(string read)
    {
        Queue<TaskCompletionSource> waits = [];
        GatedSource source = new(Content, read)
        {
            OnWait = () =>
            {
                waits.Enqueue(new());
                return waits.Last().Task;
            },
        };
        BlockWriter output = _output = new();
        Task<RelayResult> running = await StartAsync(source, Idle);
        int asked = output.Asked;
        waits.Dequeue().SetResult();
        Assert.True(output.Asked > asked);
        Assert.False(output.IsHeld);
        waits.Dequeue().SetResult();
        Assert.NotNull((await running).Failure);
    }

    [Fact]
    public async Task Run_LastEventsAndDone_LeaveWithTheLastChunkInOneFlush()
    {
        TaskCompletionSource wait = new();
        BlockWriter output = _output = new();
        Task<RelayResult> running = await StartAsync(new GatedSource(Content, Finish + Done) { OnWait = () => wait.Task }, Idle);
        int flushes = output.Flushes;
        wait.SetResult();
        Assert.Null((await running).Failure);
        Assert.Equal(flushes + 1, output.Flushes);
        Assert.EndsWith(Done + "\r\n0\r\n\r\n", output.Written);
    }

    [Fact]
    public async Task Run_SourceThrowsAfterAWait_WhoAwaitsItIsTold()
    {
        TaskCompletionSource wait = new();
        InvalidDataException thrown = new();
        Task<RelayResult> running = await StartAsync(new GatedSource(Content) { OnWait = () => wait.Task, Throws = thrown }, Idle);
        wait.SetResult();
        Assert.Same(thrown, await Assert.ThrowsAsync<InvalidDataException>(() => running));
    }

    [Fact]
    public async Task Run_UpstreamSilentForTheIdleTime_EndsWithAnErrorEventAndNoDone()
    {
        TaskCompletionSource never = new();
        Task<RelayResult> running = await StartAsync(new GatedSource(Content, Content) { OnWait = () => never.Task }, Idle);
        _time.Advance(Idle - TimeSpan.FromMilliseconds(1));
        Assert.False(running.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(2));

        RelayResult result = await running;
        Assert.Equal(FailureCode.IdleTimeout, result.Failure?.Code);
        Assert.False(result.SourceIsReusable);
        Assert.Contains("idle_timeout", Sent);
        Assert.DoesNotContain("[DONE]", Sent);
        // The wait that is still outstanding ends when the connection is closed: nobody listens any more, and nothing breaks.
        never.SetResult();
    }

    [Fact]
    public async Task Run_IdleAfterAWholeAnswer_AddsDone()
    {
        TaskCompletionSource never = new();
        Task<RelayResult> running = await StartAsync(new GatedSource(Content + Finish) { OnWait = () => never.Task }, Idle);
        _time.Advance(Idle + TimeSpan.FromMilliseconds(1));
        Assert.Null((await running).Failure);
        Assert.EndsWith(Finish + Done, Sent.Replace(Keepalive, "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(CancelReason.ClientClosed), false)]
    [InlineData(nameof(CancelReason.TotalTimeout), true)]
    [InlineData(nameof(CancelReason.Draining), true)]
    public async Task Run_Cancelled_TellsAllButAClientThatLeft(string reason, bool tells)
    {
        TaskCompletionSource closed = new();
        Task<RelayResult> running = await StartAsync(new GatedSource(Content) { OnWait = () => closed.Task }, Idle);
        _lifetime.Cancel(Enum.Parse<CancelReason>(reason));
        closed.SetResult();
        Assert.NotNull((await running).Failure);
        Assert.Equal(tells, Sent.Contains("error", StringComparison.Ordinal));
        Assert.DoesNotContain("[DONE]", Sent);
    }

    /// <summary>Both the pump and the test after it run off the test's synchronization context: what a tick or a read wakes then runs before the call that caused it returns.</summary>
    private ConfiguredTaskAwaitable<Task<RelayResult>> StartAsync(GatedSource source, TimeSpan idle) => Task.Run(async () =>
    {
        DefaultHttpContext http = new();
        http.Response.Body = _body ?? _client;
        if (_output is not null)
        {
            http.Features.Set<IDirectOutput>(_output);
            http.Request.Protocol = "HTTP/1.1";
        }

        ClientStream client = new(http, Endpoint.ChatCompletions, _wake, _timer, new(Interval, TimeSpan.Zero), static () => KeepaliveFrame.Comment);
        StreamRelay relay = new(source, StreamRules.For(Endpoint.ChatCompletions, 1, false), SseLimits.Default);
        RelayStep held = relay.Hold();
        await client.CommitAsync();
        StreamPump pump = new(client, relay, _wake, _timer, _lifetime, _metrics.InterToken("m", "p"));
        return pump.RunAsync(held, idle, static _ => new(FailureCode.UpstreamFailed, "failed"));
    }).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}
