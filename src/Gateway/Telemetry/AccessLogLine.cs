using System.Globalization;
using System.Text.Json;

namespace Gateway.Telemetry;

/// <summary>One access log line as JSON (docs/operations.md, "Access log"). What is not known is left out; content and keys are never in an outcome.</summary>
internal static class AccessLogLine
{
    /// <summary>Characters kept of a string that a client or an upstream chose.</summary>
    internal const int MaxText = 256;

    /// <summary>RFC 3339 with milliseconds, always UTC.</summary>
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    internal static void Write(Utf8JsonWriter json, in AccessLogEntry entry)
    {
        var outcome = entry.Outcome;
        json.WriteStartObject();
        WriteTime(json, entry.Time);
        WriteIdentity(json, outcome);
        WriteResult(json, outcome);
        WriteAttempts(json, outcome.Attempts);
        WriteStream(json, outcome);
        WriteTimings(json, outcome);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, DateTimeOffset time)
    {
        Span<char> text = stackalloc char[TimeFormat.Length];
        time.UtcDateTime.TryFormat(text, out var written, TimeFormat, CultureInfo.InvariantCulture);
        json.WriteString("ts"u8, text[..written]);
    }

    private static void WriteIdentity(Utf8JsonWriter json, RequestOutcome outcome)
    {
        WriteText(json, "request_id"u8, outcome.RequestId);
        WriteText(json, "trace_id"u8, outcome.TraceId);
        WriteText(json, "method"u8, outcome.Method);
        WriteText(json, "path"u8, outcome.Path);
        if (outcome.Endpoint is not null)
            json.WriteString("endpoint"u8, MetricLabels.Of(outcome.Endpoint));
        WriteText(json, "key"u8, outcome.KeyId);
        WriteText(json, "router"u8, outcome.Router);
        WriteText(json, "model"u8, outcome.RequestedModel);
        WriteText(json, "upstream_model"u8, outcome.UpstreamModel);
        WriteText(json, "provider"u8, outcome.Provider);
        WriteText(json, "replica"u8, outcome.Replica);
        WriteText(json, "correlation_id"u8, outcome.CorrelationId);
        json.WriteBoolean("stream"u8, outcome.IsStream);
    }

    private static void WriteResult(Utf8JsonWriter json, RequestOutcome outcome)
    {
        json.WriteNumber("status"u8, outcome.Status);
        json.WriteString("outcome"u8, MetricLabels.Of(outcome.Result));
        WriteText(json, "error_code"u8, outcome.Failure?.WireCode);
        if (outcome.Cache is { } cache)
            json.WriteString("cache"u8, MetricLabels.Of(cache));
        if (outcome.DisconnectPhase is { } phase)
            json.WriteString("disconnect_phase"u8, MetricLabels.Of(phase));
    }

    private static void WriteAttempts(Utf8JsonWriter json, List<AttemptRecord> attempts)
    {
        if (attempts.Count == 0)
            return;
        json.WriteStartArray("attempts"u8);
        for (var i = 0; i < attempts.Count; i++)
        {
            var attempt = attempts[i];
            json.WriteStartObject();
            WriteText(json, "provider"u8, attempt.Provider);
            WriteText(json, "replica"u8, attempt.Replica);
            WriteText(json, "result"u8, attempt.Result);
            if (attempt.Kind != AttemptKind.First)
                json.WriteString("kind"u8, MetricLabels.Of(attempt.Kind));
            WriteText(json, "correlation_id"u8, attempt.CorrelationId);
            WriteMilliseconds(json, "ms"u8, attempt.Elapsed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStream(Utf8JsonWriter json, RequestOutcome outcome)
    {
        if (outcome.Usage is { } usage)
        {
            json.WriteNumber("prompt_tokens"u8, usage.Prompt);
            json.WriteNumber("completion_tokens"u8, usage.Completion);
            json.WriteNumber("cached_tokens"u8, usage.Cached);
            json.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
        }

        if (outcome.IsStream)
            json.WriteNumber("chunks"u8, outcome.ContentChunks);
        if (outcome.Keepalives > 0)
            json.WriteNumber("keepalives"u8, outcome.Keepalives);
        if (outcome.MalformedEvents > 0)
            json.WriteNumber("malformed"u8, outcome.MalformedEvents);
        json.WriteNumber("request_bytes"u8, outcome.RequestBytes);
        json.WriteNumber("response_bytes"u8, outcome.ResponseBytes);
    }

    private static void WriteTimings(Utf8JsonWriter json, RequestOutcome outcome)
    {
        if (outcome.TimeToFirstToken is { } firstToken)
            WriteMilliseconds(json, "ttft_ms"u8, firstToken);
        WriteMilliseconds(json, "duration_ms"u8, outcome.Duration);
        WriteMilliseconds(json, "overhead_ms"u8, outcome.Duration > outcome.Waited ? outcome.Duration - outcome.Waited : TimeSpan.Zero);
    }

    /// <summary>To the microsecond.</summary>
    private static void WriteMilliseconds(Utf8JsonWriter json, ReadOnlySpan<byte> name, TimeSpan time) =>
        json.WriteNumber(name, Math.Round(time.TotalMilliseconds, 3));

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        var kept = text.Length;
        if (kept > MaxText)
            kept = char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText;
        json.WriteString(name, text.AsSpan(0, kept));
    }
}
