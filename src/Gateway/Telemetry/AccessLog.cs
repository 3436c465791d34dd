using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Telemetry;

/// <summary>
/// One JSON line per request. <see cref="Write"/> only enqueues; a thread of its own formats and writes, so that a stalled reader of standard output
/// blocks no request: what does not fit the queue is dropped and counted. The thread writes whatever has gathered as one write.
/// </summary>
internal sealed class AccessLog : IAsyncDisposable
{
    /// <summary>Requests waiting to be written: at some 700 B each, 3 MB held behind a stalled reader.</summary>
    internal const int DefaultCapacity = 4096;

    private const int WriteBytes = 64 * 1024;
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _arrived = new(false);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ArrayBufferWriter<byte> _buffer = new(WriteBytes + 4096);
    private readonly Stream? _output;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly int _capacity;
    private AccessLogEntry[] _waiting;
    private AccessLogEntry[] _writing;
    private int _count;
    private bool _closed;
    private bool _failed;

    /// <param name="output">Standard output; null turns the log off. Disposed with this object.</param>
    /// <param name="metrics">Counts dropped lines.</param>
    /// <param name="time">Gives the time stamps.</param>
    /// <param name="log">Told once when the output breaks.</param>
    /// <param name="capacity">Entries that may wait.</param>
    internal AccessLog(Stream? output, GatewayMetrics metrics, TimeProvider time, ILogger<AccessLog> log, int capacity = DefaultCapacity)
    {
        (_output, _metrics, _time, _log, _capacity) = (output, metrics, time, log, capacity);
        (_waiting, _writing) = output is null ? ([], []) : (new AccessLogEntry[capacity], new AccessLogEntry[capacity]);
        if (output is null)
            _finished.SetResult();
        else
            new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "access-log" }.Start();
    }

    /// <summary>Never blocks, throws or allocates. The outcome must not change any more.</summary>
    internal void Write(RequestOutcome outcome)
    {
        if (_output is null)
            return;
        lock (_gate)
        {
            if (_closed || _count == _capacity)
            {
                _metrics.AccessLogLineDropped();
                return;
            }

            _waiting[_count++] = new AccessLogEntry(_time.GetUtcNow(), outcome);
            if (_count == 1)
                _arrived.Set();
        }
    }

    /// <summary>Writes what waits, then stops; gives up after two seconds when the output does not take it.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            _arrived.Set();
        }

        try
        {
            await _finished.Task.WaitAsync(FlushTimeout, _time);
        }
        catch (TimeoutException)
        {
            TelemetryLog.AccessLogNotFlushed(_log);
            return;
        }

        _arrived.Dispose();
        if (_output is not null)
            await _output.DisposeAsync();
    }

    private void Run()
    {
        using var json = new Utf8JsonWriter(_buffer, JsonOptions);
        while (true)
        {
            _arrived.WaitOne();
            var closed = TakeWaiting(out var entries);
            WriteEntries(json, entries);
            if (closed)
                break;
        }

        _finished.SetResult();
    }

    private bool TakeWaiting(out Span<AccessLogEntry> entries)
    {
        lock (_gate)
        {
            entries = _waiting.AsSpan(0, _count);
            (_waiting, _writing) = (_writing, _waiting);
            _count = 0;
            return _closed;
        }
    }

    private void WriteEntries(Utf8JsonWriter json, Span<AccessLogEntry> entries)
    {
        foreach (ref readonly var entry in entries)
        {
            if (_failed)
            {
                _metrics.AccessLogLineDropped();
                continue;
            }

            AccessLogLine.Write(json, in entry);
            json.Flush();
            json.Reset();
            _buffer.Write("\n"u8);
            if (_buffer.WrittenCount >= WriteBytes)
                Send();
        }

        if (_buffer.WrittenCount > 0)
            Send();
        entries.Clear();
    }

    private void Send()
    {
        try
        {
            _output!.Write(_buffer.WrittenSpan);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _failed = true;
            TelemetryLog.AccessLogBroken(_log, e);
        }

        _buffer.ResetWrittenCount();
    }
}
