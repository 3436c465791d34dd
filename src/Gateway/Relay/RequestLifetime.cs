using Gateway.Failures;

namespace Gateway.Relay;

/// <summary>The one cancellation of a request: the client leaves, its total deadline passes or the gateway stops. Remembers who came first.</summary>
internal sealed class RequestLifetime : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _clientClosed;
    private readonly CancellationTokenRegistration _draining;
    private ITimer? _deadline;
    private long _due = long.MaxValue;
    private int _reason;

    /// <param name="clientClosed">Cancelled when the client's connection is closed, half-closed included.</param>
    /// <param name="draining">Cancelled when the shutdown grace is over.</param>
    internal RequestLifetime(CancellationToken clientClosed, CancellationToken draining)
    {
        _clientClosed = clientClosed.UnsafeRegister(static state => ((RequestLifetime)state!).Cancel(CancelReason.ClientClosed), this);
        _draining = draining.UnsafeRegister(static state => ((RequestLifetime)state!).Cancel(CancelReason.Draining), this);
    }

    internal CancellationToken Token => _source.Token;

    internal CancelReason Reason => (CancelReason)Volatile.Read(ref _reason);

    /// <summary>Sets the request's total deadline, from now on; replaces an earlier one.</summary>
    internal void SetDeadline(TimeSpan total, TimeProvider time)
    {
        _deadline?.Dispose();
        _due = time.GetTimestamp() + (long)(total.TotalSeconds * time.TimestampFrequency);
        _deadline = time.CreateTimer(static state => ((RequestLifetime)state!).Cancel(CancelReason.TotalTimeout), this, total, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Time until the deadline; zero when it has passed.</summary>
    internal TimeSpan Remaining(TimeProvider time)
    {
        if (_due == long.MaxValue)
            return TimeSpan.MaxValue;
        TimeSpan left = time.GetElapsedTime(time.GetTimestamp(), _due);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Ends the request for this reason, unless another came first.</summary>
    internal void Cancel(CancelReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)CancelReason.None) != (int)CancelReason.None)
            return;
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The request ended in the same instant.
        }
    }

    /// <summary>What the client is told; null while nobody has cancelled.</summary>
    internal Failure? ToFailure() => Reason switch
    {
        CancelReason.ClientClosed => new(FailureCode.ClientClosed, "The client closed its connection."),
        CancelReason.TotalTimeout => new(FailureCode.TotalTimeout, "The request did not finish within its total time."),
        CancelReason.Draining => new(FailureCode.Draining, "The gateway is shutting down.") { RetryAfter = TimeSpan.FromSeconds(1) },
        _ => null,
    };

    public void Dispose()
    {
        _clientClosed.Dispose();
        _draining.Dispose();
        _deadline?.Dispose();
        _source.Dispose();
    }
}
