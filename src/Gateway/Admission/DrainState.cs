namespace Gateway.Admission;

/// <summary>How far the shutdown is (docs/operations.md, "Shutdown").</summary>
internal sealed class DrainState : IDisposable
{
    private readonly CancellationTokenSource _graceIsOver = new();
    private volatile bool _isDraining;
    private volatile bool _isClosed;

    /// <summary>Not ready any more; requests are served with <c>Connection: close</c>.</summary>
    internal bool IsDraining => _isDraining;

    /// <summary>The listener is closed; requests on open connections get 503 <c>draining</c>.</summary>
    internal bool IsClosed => _isClosed;

    /// <summary>Cancelled when what still runs must end with an error event.</summary>
    internal CancellationToken GraceIsOver => _graceIsOver.Token;

    internal void Begin() => _isDraining = true;

    internal void Close() => _isDraining = _isClosed = true;

    internal void EndGrace() => _graceIsOver.Cancel();

    public void Dispose() => _graceIsOver.Dispose();
}
