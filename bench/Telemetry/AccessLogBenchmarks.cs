using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Gateway.Telemetry;
using Gateway.Tests.Telemetry;

namespace Gateway.Bench.Telemetry;

/// <summary>A line of the access log, against the same members printed by the platform's serializer.</summary>
[MemoryDiagnoser]
public class AccessLogBenchmarks : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly RequestOutcome _outcome = Outcomes.Answered();
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly Utf8JsonWriter _json;

    public AccessLogBenchmarks() => _json = new(_output);

    [GlobalCleanup]
    public void Dispose()
    {
        _json.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public int Serializer() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        ts = Now,
        request_id = _outcome.RequestId,
        method = _outcome.Method,
        path = _outcome.Path,
        endpoint = "chat",
        key = _outcome.KeyId,
        router = _outcome.Router,
        model = _outcome.RequestedModel,
        upstream_model = _outcome.UpstreamModel,
        provider = _outcome.Provider,
        replica = _outcome.Replica,
        stream = _outcome.IsStream,
        status = _outcome.Status,
        outcome = "ok",
        attempts = _outcome.Attempts.Select(attempt => new { provider = attempt.Provider, replica = attempt.Replica, result = attempt.Result, ms = attempt.Elapsed.TotalMilliseconds }),
        prompt_tokens = _outcome.Usage!.Value.Prompt,
        completion_tokens = _outcome.Usage.Value.Completion,
        cached_tokens = _outcome.Usage.Value.Cached,
        reasoning_tokens = _outcome.Usage.Value.Reasoning,
        chunks = _outcome.ContentChunks,
        request_bytes = _outcome.RequestBytes,
        response_bytes = _outcome.ResponseBytes,
        ttft_ms = _outcome.TimeToFirstToken!.Value.TotalMilliseconds,
        duration_ms = _outcome.Duration.TotalMilliseconds,
        overhead_ms = (_outcome.Duration - _outcome.Waited).TotalMilliseconds,
    }).Length;

    [Benchmark]
    [AllowedBytes(0)]
    public int Write()
    {
        _output.ResetWrittenCount();
        _json.Reset();
        AccessLogLine.Write(_json, new(Now, _outcome));
        _json.Flush();
        return _output.WrittenCount;
    }
}
