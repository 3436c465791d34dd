namespace Gateway.Upstream;

/// <summary>An attempt's cancellation: the request's own, and the time until its first content.</summary>
internal sealed class AttemptDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly ITimer? _timer;
    private volatile bool _hasPassed;
    private int _settled;

    /// <param name="firstByte">Zero or less: none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="request">The request's token.</param>
    /// <param name="given">Cancelled when the attempt is given up; may be none.</param>
    internal AttemptDeadline(TimeSpan firstByte, TimeProvider time, CancellationToken request, CancellationToken given)
    {
        _source = given.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(request, given)
            : CancellationTokenSource.CreateLinkedTokenSource(request);
        if (firstByte > TimeSpan.Zero)
            _timer = time.CreateTimer(static state => ((AttemptDeadline)state!).Pass(), this, firstByte, Timeout.InfiniteTimeSpan);
    }

    internal CancellationToken Token => _source.Token;

    /// <summary>Whether the deadline ended the attempt.</summary>
    internal bool HasPassed => _hasPassed;

    /// <summary>The first content is here. False when the deadline was faster.</summary>
    internal bool Settle()
    {
        _timer?.Dispose();
        return Interlocked.Exchange(ref _settled, 1) == 0;
    }

    public void Dispose()
    {
        Settle();
        _source.Dispose();
    }

    private void Pass()
    {
        if (Interlocked.Exchange(ref _settled, 1) != 0)
            return;
        _hasPassed = true;
        _source.Cancel();
    }
}
