using Gateway.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Hosting;

/// <summary>Served, told, closed: by the number of connections there are.</summary>
public sealed class ConnectionLimitTests
{
    private readonly ConnectionLimit _limit = new(most: 2, surplus: 1, NullLogger.Instance);
    private readonly TaskCompletionSource _end = new();

    [Fact]
    public async Task Connections_BeyondTheLimit_AreToldAndThenClosed()
    {
        (DefaultConnectionContext connection, Task served)[] open = [Connect(), Connect(), Connect(), Connect()];

        Assert.Equal([null, null, ConnectionMark.Surplus, null], open.Select(one => one.connection.Features.Get<ConnectionMark>()));
        // The fourth is closed at once and counts no longer.
        Assert.True(open[3].served.IsCompletedSuccessfully);
        Assert.True(open[3].connection.ConnectionClosed.IsCancellationRequested);
        Assert.Equal(3, _limit.Open);

        _end.SetResult();
        await Task.WhenAll(open.Select(one => one.served));
        Assert.Equal(0, _limit.Open);
        Assert.Null(Connect().Connection.Features.Get<ConnectionMark>());
    }

    [Fact]
    public async Task Connection_ThatFails_IsGivenBack()
    {
        await Assert.ThrowsAsync<IOException>(() => _limit.RunAsync(new DefaultConnectionContext(), static _ => throw new IOException()));

        Assert.Equal(0, _limit.Open);
    }

    private (DefaultConnectionContext Connection, Task Served) Connect()
    {
        CancellationTokenSource closed = new();
        DefaultConnectionContext connection = new ClosableConnection(closed);
        return (connection, _limit.RunAsync(connection, _ => _end.Task));
    }
}
