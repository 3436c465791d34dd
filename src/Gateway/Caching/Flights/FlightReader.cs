using System.Threading.Tasks.Sources;
using Gateway.Streaming.Sources;

namespace Gateway.Caching.Flights;

/// <summary>One reader's place in a flight's answer. To be disposed when it leaves; one caller at a time, and <see cref="TryWake"/> from anywhere.</summary>
internal sealed class FlightReader(FlightBuffer buffer, FlightSegment first) : IByteSource, IValueTaskSource, IDisposable
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private FlightSegment _segment = first;
    private long _position;
    private bool _waits;
    private bool _hasLeft;

    /// <summary>Bytes read.</summary>
    internal long Position => Interlocked.Read(ref _position);

    /// <summary>The next one of <see cref="ReadyReaders"/>.</summary>
    internal FlightReader? NextReady { get; set; }

    public bool IsDrained => !HasSomething;

    private bool HasSomething => buffer.Published > _position || buffer.HasEnded || Volatile.Read(ref _hasLeft);

    public ReadStatus Read(Span<byte> destination, out int bytes)
    {
        bytes = 0;
        // The end is seen before the bytes: bytes that came with it are then seen too.
        bool hasEnded = buffer.HasEnded;
        long available = Math.Min(buffer.Published - _position, destination.Length);
        while (bytes < available)
        {
            int offset = (int)(_position - _segment.Start);
            int length = _segment.Next is null ? (int)(available - bytes) : Math.Min(_segment.Length - offset, (int)available - bytes);
            if (length == 0)
            {
                _segment = _segment.Next!;
                continue;
            }

            _segment.Bytes.AsSpan(offset, length).CopyTo(destination[bytes..]);
            bytes += length;
            Interlocked.Add(ref _position, length);
        }

        if (bytes > 0)
        {
            if (buffer.IsBlocked)
                buffer.Moved();
            return ReadStatus.Data;
        }

        if (Volatile.Read(ref _hasLeft))
            return ReadStatus.Broken;
        return !hasEnded ? ReadStatus.Blocked : buffer.Failure is null ? ReadStatus.End : ReadStatus.Broken;
    }

    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (HasSomething)
                return ValueTask.CompletedTask;
            _waits = true;
            _core.Reset();
            return new(this, _core.Version);
        }
    }

    /// <summary>Takes the outstanding wait, if there is something to find: <see cref="Resume"/> is then to end it.</summary>
    internal bool TryWake()
    {
        lock (_gate)
        {
            if (!_waits || !HasSomething)
                return false;
            _waits = false;
            return true;
        }
    }

    /// <summary>Runs whoever waited, up to its next wait.</summary>
    internal void Resume() => _core.SetResult(true);

    /// <summary>Leaves: an outstanding wait ends, and nobody waits for this reader any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _hasLeft, true))
            return;
        buffer.Remove(this);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
