using System.Text.Json;
using Gateway.Failures;
using Gateway.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit.Memory;

namespace Gateway.Tests.Telemetry;

public sealed class AccessLogTests : IDisposable
{
    private readonly GatewayMetrics _metrics = new($"gateway-test-{Guid.NewGuid():N}");
    private readonly FixedTime _time = new(new DateTimeOffset(2026, 11, 21, 6, 26, 5, 42, TimeSpan.Zero));

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task Write_Stream_IsOneJsonLineWithEverything()
    {
        var outcome = Outcomes.Stream();
        outcome.KeyId = "team-a";
        outcome.TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        outcome.CorrelationId = "corr-1";

        Assert.Equal(
            OneLine("""
                {"ts":"2026-11-21T06:26:05.042Z","request_id":"req-1","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","method":"POST",
                "path":"/v1/chat/completions","endpoint":"chat","key":"team-a","router":"default","model":"meta/llama",
                "upstream_model":"llama-3","provider":"nim","replica":"nim-0","correlation_id":"corr-1","stream":true,"status":200,"outcome":"ok",
                "attempts":[{"provider":"dynamo","replica":"dynamo-1","result":"upstream_overloaded","ms":3},{"provider":"nim","replica":"nim-0","result":"ok","kind":"retry","ms":180}],
                "prompt_tokens":10,"completion_tokens":20,"cached_tokens":5,"reasoning_tokens":7,"chunks":20,"keepalives":2,"malformed":1,
                "request_bytes":100,"response_bytes":2000,"ttft_ms":200,"duration_ms":1500.25,"overhead_ms":0.5}
                """),
            await LinesOf(outcome));
    }

    [Fact]
    public async Task Write_Refused_LeavesOutWhatIsNotKnown() =>
        Assert.Equal(
            OneLine("""
                {"ts":"2026-11-21T06:26:05.042Z","request_id":"req-2","method":"GET","path":"/nowhere","stream":false,"status":404,"outcome":"client_error",
                "request_bytes":0,"response_bytes":0,"duration_ms":0.5,"overhead_ms":0.5}
                """),
            await LinesOf(Outcomes.Refused()));

    [Fact]
    public async Task Write_Failure_NamesCodeAndPhase()
    {
        var outcome = Outcomes.Refused();
        outcome.Failure = new Failure(FailureCode.ClientClosed, "never logged");
        outcome.DisconnectPhase = DisconnectPhase.Waiting;

        var line = await LinesOf(outcome);

        Assert.Contains("\"error_code\":\"client_closed\",\"disconnect_phase\":\"waiting\",", line, StringComparison.Ordinal);
        Assert.DoesNotContain("never logged", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AccessLogLine.MaxText - 1, AccessLogLine.MaxText - 1)]
    [InlineData(AccessLogLine.MaxText, AccessLogLine.MaxText)]
    [InlineData(AccessLogLine.MaxText + 1, AccessLogLine.MaxText)]
    public async Task Write_LongModel_IsCut(int length, int kept)
    {
        var outcome = Outcomes.Refused();
        outcome.RequestedModel = new string('m', length);

        using var json = JsonDocument.Parse(await LinesOf(outcome));

        Assert.Equal(new string('m', kept), json.RootElement.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Write_SurrogatePairAcrossTheLimit_IsNotSplit()
    {
        var outcome = Outcomes.Refused();
        outcome.RequestedModel = new string('m', AccessLogLine.MaxText - 1) + "😀";

        using var json = JsonDocument.Parse(await LinesOf(outcome));

        Assert.Equal(new string('m', AccessLogLine.MaxText - 1), json.RootElement.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Write_HostileText_StaysOneLine()
    {
        var outcome = new RequestOutcome { RequestId = "a\"b\\c\r\nd\u001b[31m\ud800", Method = "GET", Path = "/\u2028\u0000" };

        var line = await LinesOf(outcome);

        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', line);
        using var json = JsonDocument.Parse(line);
        Assert.Equal("a\"b\\c\r\nd\u001b[31m\ufffd", json.RootElement.GetProperty("request_id").GetString());
        Assert.Equal("/\u2028\u0000", json.RootElement.GetProperty("path").GetString());
    }

    [Fact]
    public async Task Write_Thousands_AllArriveInOrder()
    {
        var output = new LogOutput();
        var log = Open(output, capacity: 10_000);
        for (var i = 0; i < 5000; i++)
            log.Write(new RequestOutcome { RequestId = $"r{i}", Method = "GET", Path = "/" });

        await log.DisposeAsync();

        var ids = output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("request_id").GetString());
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"r{i}"), ids);
        Assert.Equal(0, _metrics.AccessLogDropped);
    }

    [Fact]
    public async Task Write_OutputStalls_DropsBeyondTheCapacityAndCounts()
    {
        var output = new LogOutput();
        output.Close();
        var log = Open(output, capacity: 2);
        log.Write(Outcomes.Refused());
        await output.Entered.WaitAsync(TimeSpan.FromSeconds(5));

        for (var i = 0; i < 5; i++)
            log.Write(Outcomes.Refused());
        Assert.Equal(3, _metrics.AccessLogDropped);

        output.Open();
        await log.DisposeAsync();
        Assert.Equal(3, output.Text.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Write_OutputBreaks_CountsLaterLinesAsDropped()
    {
        var output = new LogOutput { Broken = true };
        var log = Open(output);
        log.Write(Outcomes.Refused());
        await output.Entered.WaitAsync(TimeSpan.FromSeconds(5));

        log.Write(Outcomes.Refused());
        await log.DisposeAsync();

        Assert.Equal(1, output.Writes);
        Assert.Equal(1, _metrics.AccessLogDropped);
    }

    [Fact]
    public async Task Write_AfterDispose_IsDropped()
    {
        var log = Open(new LogOutput());
        await log.DisposeAsync();
        await log.DisposeAsync();

        log.Write(Outcomes.Refused());

        Assert.Equal(1, _metrics.AccessLogDropped);
    }

    [Fact]
    public async Task Dispose_OutputStalls_GivesUpAfterTheTimeout()
    {
        var output = new LogOutput();
        output.Close();
        var log = Open(output);
        log.Write(Outcomes.Refused());
        await output.Entered.WaitAsync(TimeSpan.FromSeconds(5));

        var disposing = log.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        _time.FireTimers();

        await disposing.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal("", output.Text);
        output.Open();
    }

    [Fact]
    public async Task Write_Off_DoesNothing()
    {
        var log = new AccessLog(null, _metrics, _time, NullLogger<AccessLog>.Instance);

        log.Write(Outcomes.Refused());
        await log.DisposeAsync();

        Assert.Equal(0, _metrics.AccessLogDropped);
    }

    [Fact]
    public async Task Write_Enqueue_AllocatesNothing()
    {
        var output = new LogOutput();
        output.Close();
        var log = Open(output, capacity: 3000);
        var outcome = Outcomes.Stream();
        log.Write(outcome);

        var allocated = AllocatedBytes.LowestOf(() =>
        {
            for (var i = 0; i < 100; i++)
                log.Write(outcome);
        });

        output.Open();
        await log.DisposeAsync();
        Assert.Equal(0, allocated);
    }

    private static string OneLine(string json) => json.ReplaceLineEndings("") + "\n";

    private AccessLog Open(LogOutput output, int capacity = 100) => new(output, _metrics, _time, NullLogger<AccessLog>.Instance, capacity);

    private async Task<string> LinesOf(RequestOutcome outcome)
    {
        var output = new LogOutput();
        var log = Open(output);
        log.Write(outcome);
        await log.DisposeAsync();
        return output.Text;
    }
}
