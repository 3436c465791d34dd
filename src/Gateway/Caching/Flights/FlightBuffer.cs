using System.IO.Pipelines;
using Gateway.Failures;

namespace Gateway.Caching.Flights;

/// <summary>
/// One answer while it is being made: one writer, any number of readers, each at its own pace. A flush shows what was written to everyone, but for a
/// <c>[DONE]</c>: nobody is told the end before <see cref="End"/>, so that who asks again then finds the answer kept. A flush waits while the slowest
/// reader is more than <paramref name="maxLag"/> bytes behind. As long as the answer may be kept, it is held from its first byte, and whoever comes later
/// reads it from there.
/// </summary>
/// <param name="maxLag">Bytes: longest answer that is held whole, and longest way a reader may be behind.</param>
/// <param name="threads">That run readers, at most; null: as many as there are processors.</param>
internal sealed class FlightBuffer(long maxLag, int? threads = null) : PipeWriter
{
    private const int FirstSegment = 4 << 10;
    private const int LargestSegment = 64 << 10;

    private readonly Lock _gate = new();
    private readonly List<FlightReader> _readers = [];
    private readonly ReadyReaders _ready = new(threads ?? Environment.ProcessorCount);
    private FlightSegment? _first;
    private FlightSegment? _last;
    private TaskCompletionSource<FlushResult>? _blocked;
    private long _written;
    private long _published;
    private bool _isTooLong;
    private volatile bool _hasEnded;

    /// <summary>Why it ended too early; null while it runs and when it is complete.</summary>
    internal Failure? Failure { get; private set; }

    internal bool HasEnded => _hasEnded;

    /// <summary>Bytes that readers may see.</summary>
    internal long Published => Interlocked.Read(ref _published);

    /// <summary>A reader that begins at the first byte; null when that is no longer held.</summary>
    internal FlightReader? TryRead()
    {
        lock (_gate)
        {
            if (_isTooLong)
                return null;
            _first ??= _last = new(0, FirstSegment);
            FlightReader reader = new(this, _first);
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>The answer so far; null when it was too long to be held, or failed.</summary>
    internal byte[]? ToArray()
    {
        lock (_gate)
        {
            if (_isTooLong || Failure is not null)
                return null;
            byte[] all = new byte[_written];
            for (FlightSegment? segment = _first; segment is not null; segment = segment.Next)
                segment.Bytes.AsSpan(0, segment.Length).CopyTo(all.AsSpan((int)segment.Start));
            return all;
        }
    }

    /// <summary>Nothing more comes.</summary>
    /// <param name="failure">Null: the answer is complete.</param>
    internal void End(Failure? failure)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _published, _written);
            Failure = failure;
            _hasEnded = true;
        }

        WakeReaders();
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        FlightSegment segment = SegmentFor(Math.Max(sizeHint, 1));
        return segment.Bytes.AsMemory(segment.Length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (bytes == 0)
            return;
        _last!.Length += bytes;
        _written += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        TaskCompletionSource<FlushResult>? blocked = null;
        lock (_gate)
        {
            Interlocked.Exchange(ref _published, _written - LengthOfDone());
            if (_written > maxLag)
            {
                // Too long to be kept: what everyone has read is no longer held.
                _isTooLong = true;
                _first = null;
                if (IsTooFarAhead())
                    blocked = _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        WakeReaders();
        return blocked is null ? new(default(FlushResult)) : new(blocked.Task);
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>A reader has moved, or has left.</summary>
    internal void Moved()
    {
        TaskCompletionSource<FlushResult>? resumed = null;
        lock (_gate)
        {
            if (_blocked is not null && !IsTooFarAhead())
                (resumed, _blocked) = (_blocked, null);
        }

        resumed?.TrySetResult(default);
    }

    /// <summary>Whether the writer waits for its slowest reader.</summary>
    internal bool IsBlocked => Volatile.Read(ref _blocked) is not null;

    internal void Remove(FlightReader reader)
    {
        lock (_gate)
            _readers.Remove(reader);
        // Not here: whoever leaves may hold what the one who waits wants.
        if (reader.TryWake())
            _ready.Add(reader);
        _ready.Start();
        Moved();
    }

    private bool IsTooFarAhead()
    {
        foreach (FlightReader reader in _readers)
        {
            if (_written - reader.Position > maxLag)
                return true;
        }

        return false;
    }

    /// <summary>Bytes of the <c>[DONE]</c> that was written last, with its line ends; zero: it was something else.</summary>
    private int LengthOfDone()
    {
        if (_last is not { } last)
            return 0;
        ReadOnlySpan<byte> text = last.Bytes.AsSpan(0, last.Length).TrimEnd("\r\n"u8);
        return text.EndsWith("[DONE]"u8) ? last.Length - text.Length + "[DONE]"u8.Length : 0;
    }

    private FlightSegment SegmentFor(int room)
    {
        if (_last is { } last && last.Bytes.Length - last.Length >= room)
            return last;
        lock (_gate)
        {
            int size = Math.Max(room, _last is null ? FirstSegment : Math.Min(LargestSegment, _last.Bytes.Length * 2));
            FlightSegment next = new(_written, size);
            if (_last is null)
                _first = next;
            else
                _last.Next = next;
            return _last = next;
        }
    }

    private void WakeReaders()
    {
        lock (_gate)
        {
            foreach (FlightReader reader in _readers)
            {
                if (reader.TryWake())
                    _ready.Add(reader);
            }
        }

        _ready.Start();
    }
}
