namespace Gateway.EndToEnd.Tests.Operating;

/// <summary>Many slow clients. Those of them that send a byte a second do so by the clock from their first second to their last: that is what they are.</summary>
internal sealed class SlowClients : IAsyncDisposable
{
    private readonly List<SlowClient> _clients = [];
    private readonly Lock _lock = new();
    private readonly PeriodicTimer _second = new(TimeSpan.FromSeconds(1), TimeProvider.System);
    private readonly Task _pace;
    private int _seconds;

    internal SlowClients() => _pace = PaceAsync();

    /// <summary>How often each has sent its byte; those that came later, less often.</summary>
    internal int Seconds => Volatile.Read(ref _seconds);

    internal int Open => Connected().Count(client => client.IsOpen);

    /// <summary>One more, of the kind that its number says.</summary>
    internal async Task ConnectAsync(Uri gateway, int number)
    {
        SlowClient client = await SlowClient.ConnectAsync(gateway, number);
        lock (_lock)
            _clients.Add(client);
    }

    public async ValueTask DisposeAsync()
    {
        _second.Dispose();
        await _pace;
        _clients.ForEach(client => client.Dispose());
    }

    private async Task PaceAsync()
    {
        while (await _second.WaitForNextTickAsync())
        {
            foreach (SlowClient client in Connected())
                await client.SendByteAsync();
            Volatile.Write(ref _seconds, _seconds + 1);
        }
    }

    private SlowClient[] Connected()
    {
        lock (_lock)
            return [.. _clients];
    }
}
