using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Gateway.Streaming.Resume;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sources;
using Gateway.Streaming.Sse;

namespace Gateway.Streaming.Relay;

/// <summary>
/// Moves one event stream from its source to the client's writer. Before the first content, blocks are held (<see cref="Hold"/>); after
/// <see cref="Release"/>, bytes are read straight into the writer's memory and judged there (<see cref="Step"/>). Only whole blocks are ever
/// advanced, so between two calls the client stands on an event boundary. Never waits, never flushes: its owner does.
/// </summary>
public sealed class StreamRelay : IDisposable
{
    /// <summary>Blocks before the first content that are held at most, in bytes; beyond it the stream is released as it is.</summary>
    public const int MaxHeld = 64 << 10;

    // A step ends after this much read (visible or not) so that one flush carries a burst, but a fast upstream can neither outgrow the client's
    // back-pressure nor keep the thread. Where the client's writer has blocks of 4 KiB, that is eight at most: the platform's socket sends no more without memory of its own.
    internal const int StepBudget = 28 << 10;

    // The smallest room a read is worth; a longer tail is continued in its own buffer.
    private const int ReadRoom = 1 << 10;

    private readonly IByteSource _source;
    private readonly StreamScanner _scanner;
    private readonly AnswerRecord? _record;
    private readonly Replay? _replay;
    private byte[] _buffer = [];
    private int _held;
    private int _tail;
    private long _replayedContent;

    /// <param name="source">The attempt's body.</param>
    /// <param name="rules">Of the attempt's stream.</param>
    /// <param name="limits">Of its events.</param>
    /// <param name="record">Takes what is released, so that another attempt may go on; outlives the relay.</param>
    public StreamRelay(IByteSource source, StreamRules rules, SseLimits limits, AnswerRecord? record = null)
    {
        _source = source;
        _record = record;
        _scanner = new(rules, limits);
    }

    private StreamRelay(IByteSource source, StreamRules rules, SseLimits limits, AnswerRecord record, Replay replay)
        : this(source, rules, limits, record)
    {
        _replay = replay;
        _scanner.Tap = replay;
    }

    public StreamRules Rules => _scanner.Rules;

    public int MalformedEvents => _scanner.MalformedEvents;

    public long ContentEvents => _scanner.ContentEvents + _replayedContent;

    /// <summary>Bytes of the last, incomplete block: at the end of the source they are lost, as the specification says.</summary>
    public int PendingBytes => _tail;

    /// <summary>Bytes kept back before <see cref="Release"/>, the incomplete block included.</summary>
    public int HeldBytes => _held + _tail + (_replay?.Output.Length ?? 0);

    /// <summary>
    /// Goes on with a broken answer from another attempt at the same request: what the client has is compared and swallowed, what is new comes with the
    /// first attempt's id. Any difference is <see cref="StreamSignal.Diverged"/>. Content counts from where the new attempt has caught up.
    /// </summary>
    /// <param name="source">The new attempt's body.</param>
    /// <param name="rules">New ones.</param>
    /// <param name="limits">As before.</param>
    /// <param name="record">Says <see cref="AnswerRecord.MayResume"/>; goes on recording when the relay releases.</param>
    public static StreamRelay Resume(IByteSource source, StreamRules rules, SseLimits limits, AnswerRecord record)
    {
        Debug.Assert(record.MayResume, "Only a whole record can be compared with.");
        return new(source, rules, limits, record, new Replay(record, rules.Pool));
    }

    /// <summary>Completes when the next step may find something; holds no memory of the client's writer meanwhile.</summary>
    public ValueTask WaitAsync() => _source.WaitAsync();

    /// <summary>Reads into the held bytes. The caller goes on until content, the end, a signal or <see cref="MaxHeld"/>.</summary>
    public RelayStep Hold()
    {
        int used = _held + _tail;
        Grow(used + ReadRoom);
        ReadStatus status = _source.Read(_buffer.AsSpan(used), out int bytes);
        RelayStep step = bytes > 0 ? ScanBuffer(status, bytes) : Nothing(status);
        step = step with { Status = After(step.Status) };
        // The wait for the first content (prefill, queues) is the longest of all: no more memory meanwhile than for what is held.
        if (step.Status == ReadStatus.Blocked && step.ContentEvents == 0)
            Shrink();
        return step;
    }

    /// <summary>Hands the held blocks to the client's writer.</summary>
    /// <param name="writer">Not flushed.</param>
    /// <param name="isFirst">False when the client already has bytes (keepalives): a byte order mark is then no longer at its start.</param>
    /// <returns>Bytes written.</returns>
    public int Release(PipeWriter writer, bool isFirst)
    {
        ReadOnlySpan<byte> held = _buffer.AsSpan(0, _held);
        if (!isFirst && held.StartsWith("\uFEFF"u8))
            held = held[3..];
        int replayed = ReleaseReplayed(writer);
        RecordHeld();
        writer.Write(held);
        _buffer.AsSpan(_held, _tail).CopyTo(_buffer);
        _held = 0;
        ReturnIfEmpty();
        return replayed + held.Length;
    }

    /// <summary>Reads what is there (up to a budget), judges it and advances the writer to the last block boundary.</summary>
    public RelayStep Step(PipeWriter writer)
    {
        Debug.Assert(_held == 0, "Release comes before Step.");
        int read = 0;
        int visible = 0;
        int events = 0;
        int content = 0;
        RelayStep step;
        ReadStatus status;
        do
        {
            // What is replayed may grow, so it cannot be judged where the client reads.
            step = _tail <= ReadRoom && _replay is null ? StepInPlace(writer, out int bytes) : StepInBuffer(writer, out bytes);
            read += bytes;
            visible += step.Visible;
            events += step.Events;
            content += step.ContentEvents;
            status = After(step.Status);
        }
        while (status == ReadStatus.Data && step.Signal == StreamSignal.None && read < StepBudget);
        return new(status, step.Signal, visible, events, content);
    }

    public void Dispose()
    {
        _held = _tail = 0;
        ReturnIfEmpty();
        _replay?.Dispose();
        Rules.Release();
    }

    private RelayStep StepInPlace(PipeWriter writer, out int bytes)
    {
        Span<byte> block = writer.GetSpan(_tail + ReadRoom);
        ReadStatus status = _source.Read(block[_tail..], out bytes);
        if (bytes == 0)
            return Nothing(status);

        _buffer.AsSpan(0, _tail).CopyTo(block);
        int length = _tail + bytes;
        ScanResult scan = _scanner.Scan(block[..length]);
        KeepTail(block[scan.TailStart..length]);
        writer.Advance(scan.Visible);
        return new(status, scan.Signal, scan.Visible, scan.Events, scan.ContentEvents);
    }

    /// <summary>An event longer than the writer's block is gathered here and copied once when it is whole.</summary>
    private RelayStep StepInBuffer(PipeWriter writer, out int bytes)
    {
        Grow(_tail + Math.Max(ReadRoom, _tail / 2));
        ReadStatus status = _source.Read(_buffer.AsSpan(_tail), out bytes);
        if (bytes == 0)
            return Nothing(status);

        RelayStep step = ScanBuffer(status, bytes);
        if (step.Visible > 0)
            Release(writer, isFirst: true);
        return step;
    }

    /// <summary>Judges tail and new bytes behind the held ones; what is visible joins the held ones.</summary>
    private RelayStep ScanBuffer(ReadStatus status, int bytes)
    {
        Span<byte> region = _buffer.AsSpan(_held, _tail + bytes);
        int replayed = _replay?.Output.Length ?? 0;
        ScanResult scan = _scanner.Scan(region);
        _tail = region.Length - scan.TailStart;
        region[scan.TailStart..].CopyTo(region[scan.Visible..]);
        _held += scan.Visible;
        if (_replay is null)
            return new(status, scan.Signal, scan.Visible, scan.Events, scan.ContentEvents);
        int content = _replay.TakeContentEvents();
        _replayedContent += content;
        return new(status, scan.Signal, scan.Visible + _replay.Output.Length - replayed, scan.Events, content);
    }

    private RelayStep Nothing(ReadStatus status)
    {
        // A new attempt that ends before the old one gives another, shorter answer.
        bool isShorter = status == ReadStatus.End && _replay is { HasCaughtUp: false };
        return new(status, isShorter ? StreamSignal.Diverged : StreamSignal.None, 0, 0, 0);
    }

    private int ReleaseReplayed(PipeWriter writer)
    {
        if (_replay is null)
            return 0;
        PooledBytes replayed = _replay.Output;
        int length = replayed.Length;
        _record!.Add(replayed.Span);
        writer.Write(replayed.Span);
        replayed.Clear();
        return length;
    }

    /// <summary>Held blocks are recorded when they are the client's; from then on the scanner's are at once.</summary>
    private void RecordHeld()
    {
        if (_record is null || _scanner.Tap is not null)
            return;
        _record.Add(_buffer.AsSpan(0, _held));
        _scanner.Tap = _record;
    }

    private void KeepTail(ReadOnlySpan<byte> tail)
    {
        _tail = 0;
        if (!tail.IsEmpty)
        {
            Grow(tail.Length);
            tail.CopyTo(_buffer);
        }

        _tail = tail.Length;
        ReturnIfEmpty();
    }

    private void Grow(int length)
    {
        if (_buffer.Length >= length)
            return;
        byte[] larger = Rules.Pool.Rent(Math.Max(Math.Max(length, ReadRoom), _buffer.Length * 2));
        _buffer.AsSpan(0, _held + _tail).CopyTo(larger);
        if (_buffer.Length > 0)
            Rules.Pool.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>Where a read has emptied the source, the next one is known to find nothing.</summary>
    private ReadStatus After(ReadStatus read) => read == ReadStatus.Data && _source.IsDrained ? ReadStatus.Blocked : read;

    private void Shrink()
    {
        int used = _held + _tail;
        if (used > 0 && used <= _buffer.Length / 2)
        {
            byte[] smaller = Rules.Pool.Rent(used);
            _buffer.AsSpan(0, used).CopyTo(smaller);
            Rules.Pool.Return(_buffer);
            _buffer = smaller;
        }

        ReturnIfEmpty();
    }

    private void ReturnIfEmpty()
    {
        if (_held + _tail > 0 || _buffer.Length == 0)
            return;
        Rules.Pool.Return(_buffer);
        _buffer = [];
    }
}
