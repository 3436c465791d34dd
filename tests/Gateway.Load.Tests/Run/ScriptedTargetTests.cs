using Gateway.Load.Arrivals;
using Gateway.Load.Measures;
using Gateway.Load.Requests;
using Gateway.Load.Run;
using Gateway.Load.Settings;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Load.Tests.Run;

/// <summary>One request against a server that says exactly what the test writes.</summary>
public sealed class ScriptedTargetTests : IDisposable
{
    private const string StreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    private const string First = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    private const string Finish = "data: {\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Done = "data: [DONE]\n\n";
    private const string Unary = "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"a\"}]}";

    private readonly SocketServer _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(StreamHead + First + Finish + Done, null)]
    [InlineData(StreamHead + First + Finish, ErrorKinds.Incomplete)]
    [InlineData(StreamHead + First + Done, ErrorKinds.Incomplete)]
    [InlineData(StreamHead + First + "data: {\"error\":{\"message\":\"m\"}}\n\n", ErrorKinds.Stream)]
    [InlineData(StreamHead + First + "event: error\n: no data\n\n", ErrorKinds.Stream)]
    [InlineData(StreamHead + "data: {\"choices\":[\n\n", ErrorKinds.Protocol)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ndata:", ErrorKinds.Cut)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ErrorKinds.Protocol)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", ErrorKinds.Cut)]
    [InlineData("SSH-2.0-server\r\n\r\n", ErrorKinds.Protocol)]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n{}", "http_503")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n" + StreamHead + First + Finish + Done, null)]
    [InlineData(StreamHead + First + "event: error\ndata: {\"message\":\"m\"}\n\n" + Finish + Done, ErrorKinds.Stream)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 61\r\n\r\n" + Unary, ErrorKinds.Protocol)]
    public Task Run_StreamAskedFor_IsWholeOrHasItsKindOfError(string answer, string? error) => AnswerAsync(Options(), answer, error);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 61\r\n\r\n" + Unary, null)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull", ErrorKinds.Protocol)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{\"error\":{\"message\":\"mmm\"}}", ErrorKinds.Stream)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"error\":{\"message\":\"mmm\"}}", ErrorKinds.Protocol)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", ErrorKinds.Incomplete)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"choices\":[]}", ErrorKinds.Incomplete)]
    public Task Run_UnaryAskedFor_IsWholeOrHasItsKindOfError(string answer, string? error) => AnswerAsync(UnaryOptions(), answer, error);

    [Fact]
    public async Task Run_RefusalWithControlCharacters_TheReportHasNone()
    {
        Task<RunResult> running = new LoadRunner(TimeProvider.System, new NoProgress()).RunAsync(Options(), CancellationToken.None);
        using ServerConnection connection = await _server.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.WriteAsync("HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\n\u001b[31mred\n");

        Assert.Equal("500:  [31mred ", (await running).ErrorExamples["http_500"]);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 61\r\n\r\n" + Unary)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3d\r\n" + Unary + "\r\n0\r\n\r\n")]
    public async Task Run_BytesBehindTheAnswer_TheConnectionIsNotUsedAgain(string answer)
    {
        Task<RunResult> running = new LoadRunner(TimeProvider.System, new NoProgress()).RunAsync(UnaryOptions() with { MaxRequests = 2 }, CancellationToken.None);
        using ServerConnection first = await _server.AcceptAsync();
        await first.ReadRequestAsync();
        await first.WriteAsync(answer + "HTTP/1.1 500 Not asked for\r\n\r\n");
        using ServerConnection second = await _server.AcceptAsync();
        await second.ReadRequestAsync();
        await second.WriteAsync(answer);

        Assert.Equal(2, (await running).Measures.Totals.Succeeded);
    }

    /// <summary>A worker that is above what is allowed still waits for its answer when it is allowed again: it must not be there twice.</summary>
    [Fact]
    public async Task Run_ConcurrencyDropsAndRisesDuringARequest_ThereAreNeverMoreAtOnceThanAllowed()
    {
        ManualTimeProvider time = new();
        using CancellationTokenSource stop = new();
        RunOptions options = UnaryOptions() with { Duration = TimeSpan.FromHours(1), MaxRequests = 100 };
        options = options with { Concurrency = SettingParse.Concurrency("2:100ms,1:100ms,2:1h", options) };
        Task<RunResult> running = new LoadRunner(time, new NoProgress()).RunAsync(options, stop.Token);
        using ServerConnection first = await _server.AcceptAsync();
        using ServerConnection second = await _server.AcceptAsync();
        await first.ReadRequestAsync();
        await second.ReadRequestAsync();

        for (int i = 0; i < 50; i++)
            time.Advance(TimeSpan.FromMilliseconds(10));

        Assert.True(_server.IsQuiet());
        await stop.CancelAsync();
        await first.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 61\r\n\r\n" + Unary);
        await second.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 61\r\n\r\n" + Unary);
        Assert.Equal(2, (await running.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System)).Measures.Totals.Succeeded);
    }

    [Fact]
    public async Task Run_NoTlsHandshake_IsATimeout()
    {
        RunOptions options = UnaryOptions() with { Url = new Uri($"https://127.0.0.1:{_server.Port}"), Timeout = TimeSpan.FromMilliseconds(50), Rate = Profile.Constant(1000) };
        Task<RunResult> running = new LoadRunner(TimeProvider.System, new NoProgress()).RunAsync(options, CancellationToken.None);
        using ServerConnection connection = await _server.AcceptAsync();

        Assert.Equal([ErrorKinds.Timeout], (await running.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System)).Measures.Errors.Keys);
    }

    private async Task AnswerAsync(RunOptions options, string answer, string? error)
    {
        RunMeasures measures = await RunAsync(options, async connection =>
        {
            await connection.WriteAsync(answer);
            connection.Close();
        });

        Assert.Equal(error is null ? [] : [error], measures.Errors.Keys);
        Assert.Equal(error is null ? 1 : 0, measures.Totals.Succeeded);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(20, 2)]
    public async Task Run_Pace_EachChunkHasADelay(int paceMilliseconds, int delays)
    {
        RunMeasures measures = await RunAsync(Options() with { Pace = TimeSpan.FromMilliseconds(paceMilliseconds) }, async connection =>
        {
            await connection.WriteAsync(StreamHead + First + Finish + Done);
            connection.Close();
        });

        Assert.Equal(delays, measures.Histograms.GetValueOrDefault(MetricId.ChunkDelay)?.Count ?? 0);
    }

    [Fact]
    public async Task Run_SilentServer_IsATimeout()
    {
        RunMeasures measures = await RunAsync(Options() with { Timeout = TimeSpan.FromMilliseconds(50) }, connection => connection.ClosedAsync());
        Assert.Equal([ErrorKinds.Timeout], measures.Errors.Keys);
    }

    [Fact]
    public async Task Run_StillRunningAfterTheGrace_IsUnfinished()
    {
        RunMeasures measures = await RunAsync(Options() with { Grace = TimeSpan.FromMilliseconds(20) }, connection => connection.ClosedAsync());
        Assert.Equal([ErrorKinds.Unfinished], measures.Errors.Keys);
    }

    [Fact]
    public async Task Run_CancelledShare_LeavesAtTheFirstContent()
    {
        RunOptions options = Options();
        options = options with { Requests = options.Requests with { CancelShare = 1 } };

        RunMeasures measures = await RunAsync(options, async connection =>
        {
            await connection.WriteAsync(StreamHead + First);
            await connection.ClosedAsync();
        });

        Assert.Equal(1, measures.Totals.Cancelled);
        Assert.Empty(measures.Errors);
    }

    [Fact]
    public async Task Run_CancelAfter_LeavesWithoutAnswer()
    {
        RunOptions options = Options();
        options = options with { Requests = options.Requests with { CancelShare = 1, CancelAfter = TimeSpan.FromMilliseconds(30) } };

        Assert.Equal(1, (await RunAsync(options, connection => connection.ClosedAsync())).Totals.Cancelled);
    }

    [Fact]
    public async Task Run_NobodyListens_IsAConnectError()
    {
        RunOptions options = Options();
        _server.Dispose();
        RunResult result = await new LoadRunner(TimeProvider.System, new NoProgress()).RunAsync(options, CancellationToken.None);
        Assert.Equal([ErrorKinds.Connect], result.Measures.Errors.Keys);
    }

    [Fact]
    public async Task Run_KeptConnectionClosedByTheServer_IsTriedOnANewOne()
    {
        Task<RunResult> running = new LoadRunner(TimeProvider.System, new NoProgress())
            .RunAsync(UnaryOptions() with { MaxRequests = 2 }, CancellationToken.None);
        using ServerConnection first = await _server.AcceptAsync();
        await first.ReadRequestAsync();
        await first.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 61\r\n\r\n" + Unary);
        await first.ReadRequestAsync();
        first.Close();
        using ServerConnection second = await _server.AcceptAsync();
        await second.ReadRequestAsync();
        await second.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 61\r\n\r\n" + Unary);

        RunResult result = await running;

        Assert.Equal(2, result.Measures.Totals.Succeeded);
        Assert.Empty(result.Measures.Errors);
    }

    private async Task<RunMeasures> RunAsync(RunOptions options, Func<ServerConnection, Task> answer)
    {
        Task<RunResult> running = new LoadRunner(TimeProvider.System, new NoProgress()).RunAsync(options, CancellationToken.None);
        using ServerConnection connection = await _server.AcceptAsync();
        await connection.ReadRequestAsync();
        await answer(connection);
        return (await running).Measures;
    }

    private RunOptions UnaryOptions() => Options() with { Requests = new RequestShape { Prompts = 1, Models = [new WeightedModel("m", 1)] } };

    private RunOptions Options() => new()
    {
        Url = new Uri($"http://127.0.0.1:{_server.Port}"),
        Concurrency = Profile.Constant(1),
        MaxRequests = 1,
        Duration = TimeSpan.FromSeconds(5),
        Requests = new RequestShape { Stream = true, Prompts = 1, Models = [new WeightedModel("m", 1)] },
    };
}
