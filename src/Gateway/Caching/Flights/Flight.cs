using Gateway.Caching.Store;
using Gateway.Failures;
using Gateway.Relay;
using Gateway.Streaming.Rules;

namespace Gateway.Caching.Flights;

/// <summary>
/// One upstream call for everyone who asks the same at the same time. It belongs to nobody: it goes on while anyone is on it and is cancelled when the
/// last one leaves.
/// </summary>
/// <param name="key">What is asked.</param>
/// <param name="isStream">The shape that is asked for.</param>
/// <param name="maxEntry">Bytes, as for <see cref="FlightBuffer"/>.</param>
/// <param name="lifetime">Cancelled when the last one leaves.</param>
/// <param name="isPurged">Whether its answer is one that has been purged since it began: who asks now wants a newer one.</param>
internal sealed class Flight(CacheKey key, bool isStream, long maxEntry, RequestLifetime lifetime, Func<bool> isPurged)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<FlightHead> _head = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _takesOff = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _aboard;
    private bool _goesOnAlone;
    private bool _isClosed;

    internal CacheKey Key { get; } = key;

    internal bool IsStream { get; } = isStream;

    /// <summary>The answer of a stream.</summary>
    internal FlightBuffer Buffer { get; } = new(maxEntry);

    /// <summary>The form of its chunks.</summary>
    internal SharedTemplate Template { get; } = new();

    /// <summary>Completes when content is there, the whole answer is, or it has failed; never faulted.</summary>
    internal Task<FlightHead> Head => _head.Task;

    /// <summary>Whether it is flown at all: false when the limits of whoever led it had no room. Who joined meanwhile then starts anew.</summary>
    internal Task<bool> TakesOff => _takesOff.Task;

    /// <summary>Takes a place on it. False: it is over, abandoned, purged, or too long to be read from its start.</summary>
    /// <param name="reader">Set for streams; leaving disposes it too.</param>
    internal bool TryBoard(out FlightReader? reader)
    {
        reader = null;
        if (isPurged())
            return false;
        lock (_gate)
        {
            if (_isClosed || (IsStream && (reader = Buffer.TryRead()) is null))
                return false;
            _aboard++;
            return true;
        }
    }

    /// <summary>Gives the place back, once.</summary>
    internal void Leave(FlightReader? reader)
    {
        reader?.Dispose();
        lock (_gate)
        {
            if (--_aboard > 0 || _goesOnAlone || _isClosed)
                return;
            _isClosed = true;
        }

        lifetime.Cancel(CancelReason.ClientClosed);
    }

    /// <summary>It is flown to its end, whoever leaves: for the answer that is kept.</summary>
    internal void GoOnAlone()
    {
        lock (_gate)
            _goesOnAlone = true;
    }

    internal void TakeOff() => _takesOff.TrySetResult(true);

    /// <summary>It is not flown, and nobody can board any more.</summary>
    internal void Ground()
    {
        lock (_gate)
            _isClosed = true;
        _takesOff.TrySetResult(false);
    }

    /// <summary>Requests that have a place on it.</summary>
    internal int Aboard => Volatile.Read(ref _aboard);

    /// <summary>Whether somebody could board.</summary>
    internal bool IsOpen
    {
        get
        {
            lock (_gate)
                return !_isClosed && !isPurged();
        }
    }

    /// <summary>The answer begins, or there is none.</summary>
    internal void Begin(FlightHead head) => _head.TrySetResult(head);

    /// <summary>The stream broke off: its readers find out after what they have of it.</summary>
    internal void BreakOff(Failure failure) => Buffer.End(failure);

    /// <summary>Nobody can board any more.</summary>
    /// <param name="failed">Told to those who have not seen its beginning; null: the answer is complete.</param>
    internal void End(FlightHead? failed)
    {
        lock (_gate)
            _isClosed = true;
        // Before its readers wake: they look here first.
        if (failed is not null)
            _head.TrySetResult(failed);
        if (!Buffer.HasEnded)
            Buffer.End(failed?.Failure);
    }
}
