namespace Gateway.Load.Http;

/// <summary>Idle connections of one target, the warmest first; there are as many as were in use at once.</summary>
internal sealed class ConnectionPool(LoadEndpoint endpoint) : IDisposable
{
    /// <summary>Connects at once while warming up: a server's backlog holds a few hundred.</summary>
    private const int WarmingUp = 64;

    private readonly Lock _lock = new();
    private readonly Stack<LoadConnection> _idle = [];

    /// <summary>An idle connection, or null: then <see cref="OpenAsync"/>.</summary>
    public LoadConnection? TryTake()
    {
        lock (_lock)
            return _idle.TryPop(out LoadConnection? connection) ? connection : null;
    }

    /// <exception cref="HttpFailure">Refused, unreachable, bad certificate.</exception>
    public Task<LoadConnection> OpenAsync(CancellationToken cancellationToken) => LoadConnection.OpenAsync(endpoint, cancellationToken);

    /// <summary>Takes a connection back after an exchange, for reuse if it allows that.</summary>
    public void Return(LoadConnection connection)
    {
        if (!connection.IsReusable)
        {
            connection.Dispose();
            return;
        }

        lock (_lock)
            _idle.Push(connection);
    }

    /// <summary>Opens connections before a run, so that its first requests do not queue for the server's accepts. Gives up at the first that fails.</summary>
    public async Task WarmUpAsync(int count, CancellationToken cancellationToken)
    {
        for (int opened = 0; opened < count; opened += WarmingUp)
        {
            Task<LoadConnection>[] opening = [.. Enumerable.Range(0, Math.Min(WarmingUp, count - opened)).Select(_ => OpenAsync(cancellationToken))];
            foreach (Task one in opening)
                await one.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            foreach (Task<LoadConnection> one in opening)
            {
                if (one.IsCompletedSuccessfully)
                    Return(await one);
            }

            if (Array.Exists(opening, one => !one.IsCompletedSuccessfully))
                return;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            while (_idle.TryPop(out LoadConnection? connection))
                connection.Dispose();
        }
    }
}
