using System.Text;
using Gateway.Redis;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Tests.Redis;

/// <summary>The client and a server that does what servers should not. The replies to its greeting, <c>HELLO</c> and <c>PING</c>, are sent in advance.</summary>
public sealed class RedisFaultTests : IDisposable
{
    private const string Welcome = "%0\r\n+PONG\r\n";
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AbandonAfter = TimeSpan.FromSeconds(2);

    private readonly ManualTimeProvider _time = new();
    private readonly SocketServer _server = new();

    [Fact]
    public Task Send_SilentServer_OneWaitsTheOthersFailAtOnceAndLateRepliesGoNowhere() => Task.Run(async () =>
    {
        (Clients clients, ServerConnection server) = await ConnectAsync();
        await using var _ = clients;
        Task<RedisReply> first = clients.Redis.SendAsync("GET", "a").AsTask();
        Task<RedisReply> second = clients.Redis.SendAsync("GET", "b").AsTask();
        _time.Advance(Timeout);

        Assert.Equal(RedisFailure.Timeout, (await first).Failure);
        Assert.True((await second).IsUnknown);
        ValueTask<RedisReply> third = clients.Redis.SendAsync("GET", "c");
        Assert.True(third.IsCompleted);
        Assert.Equal(RedisFailure.Down, (await third).Failure);
        Assert.False(clients.Redis.IsUp);

        await server.WriteAsync("+late a\r\n+late b\r\n");
        await clients.UpAsync();
        ValueTask<RedisReply> fourth = clients.Redis.SendAsync("GET", "d");
        await server.WriteAsync("+d\r\n");
        Assert.Equal("d", Encoding.ASCII.GetString((await fourth).Bytes!));
        Assert.True(clients.HasCounted(3));
        Assert.Equal(2, clients.Logged.Count);
    });

    [Fact]
    public Task Send_ServerThatOwesForTooLong_IsReplaced() => Task.Run(async () =>
    {
        (Clients clients, ServerConnection server) = await ConnectAsync();
        await using var _ = clients;
        Task<RedisReply> reply = clients.Redis.SendAsync("GET", "a").AsTask();
        _time.Advance(Timeout);
        Assert.Equal(RedisFailure.Timeout, (await reply).Failure);
        _time.Advance(AbandonAfter);
        await server.ClosedAsync();

        using ServerConnection next = await AcceptAsync();
        await next.WriteAsync(Welcome);
        await clients.UpAsync();
        Assert.Equal(2, clients.Logged.Count);
    });

    [Theory]
    [InlineData("$10\r\nabc")]
    [InlineData("*2\r\n+a\r\n")]
    [InlineData("")]
    public Task Send_ConnectionCutInsideOfAReply_IsLostAndOpenedAgain(string part) => Task.Run(async () =>
    {
        (Clients clients, ServerConnection server) = await ConnectAsync();
        await using var _ = clients;
        ValueTask<RedisReply> reply = clients.Redis.SendAsync("GET", "a");
        ValueTask<RedisReply> other = clients.Redis.SendAsync("GET", "b");
        await server.WriteAsync(part);
        server.Close();

        Assert.Equal(RedisFailure.Lost, (await reply).Failure);
        Assert.Equal(RedisFailure.Lost, (await other).Failure);
        using ServerConnection next = await AcceptAsync();
        await next.WriteAsync(Welcome);
        await clients.UpAsync();
    });

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("$999999999999\r\n")]
    [InlineData("*1000000000\r\n")]
    [InlineData("+a\r\n+nobody asked for this\r\n")]
    public Task Send_Nonsense_ClosesTheConnection(string answer) => Task.Run(async () =>
    {
        (Clients clients, ServerConnection server) = await ConnectAsync();
        await using var _ = clients;
        ValueTask<RedisReply> reply = clients.Redis.SendAsync("GET", "a");
        await server.WriteAsync(answer);

        await server.ClosedAsync();
        Assert.Equal(answer.StartsWith('+') ? RedisFailure.None : RedisFailure.Lost, (await reply).Failure);
    });

    [Fact]
    public Task Send_TooManyWaiting_IsRefusedAtOnce() => Task.Run(async () =>
    {
        (Clients clients, ServerConnection server) = await ConnectAsync(options => options with { MaxOutstanding = 2 });
        await using var _ = clients;
        ValueTask<RedisReply> first = clients.Redis.SendAsync("GET", "a");
        ValueTask<RedisReply> second = clients.Redis.SendAsync("GET", "b");

        Assert.Equal(RedisFailure.Busy, (await clients.Redis.SendAsync("GET", "c")).Failure);
        await server.WriteAsync("+a\r\n+b\r\n");
        Assert.True((await first).IsOk && (await second).IsOk);
        Assert.Empty(clients.Logged);
    });

    [Fact]
    public Task Send_PeerThatReadsNothing_IsBounded() => Task.Run(async () =>
    {
        (Clients clients, ServerConnection _) = await ConnectAsync(options => options with { MaxUnsent = 20_000_000 });
        await using var _1 = clients;
        byte[] value = new byte[10_000_000];
        ValueTask<RedisReply> reply;
        int sent = 0;
        do
            reply = clients.Redis.SendAsync("SET", "a", value);
        while (!reply.IsCompleted && ++sent < 10);

        Assert.InRange(sent, 2, 6);
        Assert.Equal(RedisFailure.Busy, (await reply).Failure);
    });

    [Fact]
    public Task Send_PushBetweenReplies_IsNoReply() => Task.Run(async () =>
    {
        (Clients clients, ServerConnection server) = await ConnectAsync();
        await using var _ = clients;
        ValueTask<RedisReply> reply = clients.Redis.SendAsync("GET", "a");
        await server.WriteAsync(">2\r\n+invalidate\r\n*1\r\n+x\r\n+a\r\n");
        Assert.Equal("a", Encoding.ASCII.GetString((await reply).Bytes!));
    });

    [Theory]
    [InlineData("-MOVED 1 127.0.0.1:1\r\n", "the server says MOVED")]
    [InlineData("-LOADING wait\r\n", "the server says LOADING")]
    public Task Send_ServerIsOfNoUseNow_IsSaidAndAnotherConnectionTried(string answer, string reason) => Task.Run(async () =>
    {
        (Clients clients, ServerConnection server) = await ConnectAsync();
        await using var _ = clients;
        ValueTask<RedisReply> reply = clients.Redis.SendAsync("GET", "a");
        await server.WriteAsync(answer);

        Assert.Equal(RedisFailure.Unavailable, (await reply).Failure);
        using ServerConnection next = await AcceptAsync();
        Assert.Contains(reason, Assert.Single(clients.Logged), StringComparison.Ordinal);
    });

    [Fact]
    public Task Send_BeforeTheFirstConnection_FailsAtOnce() => Task.Run(async () =>
    {
        await using Clients clients = Client(null);
        clients.Redis.Start();
        ValueTask<RedisReply> reply = clients.Redis.SendAsync("GET", "a");
        Assert.True(reply.IsCompleted);
        Assert.Equal(RedisFailure.Down, (await reply).Failure);
    });

    [Fact]
    public Task Connect_OldServer_SpeaksTheOldProtocol() => Task.Run(async () =>
    {
        await using Clients clients = new($"redis://me:pw@127.0.0.1:{_server.Port}/2", _time);
        clients.Redis.Start();
        using ServerConnection server = await _server.AcceptAsync();
        await server.WriteAsync("-ERR unknown command `HELLO`\r\n+OK\r\n+OK\r\n+PONG\r\n");
        await clients.UpAsync();
    });

    [Fact]
    public Task Connect_ProxyHangsUpOnHello_IsAskedWithout() => Task.Run(async () =>
    {
        await using Clients clients = Client(null);
        clients.Redis.Start();
        using (ServerConnection first = await _server.AcceptAsync())
            first.Close();
        using ServerConnection second = await AcceptAsync();
        await second.WriteAsync("+PONG\r\n");
        await clients.UpAsync();
    });

    [Theory]
    [InlineData("%0\r\n-LOADING wait\r\n", "refuses PING with LOADING")]
    [InlineData("%0\r\n-MASTERDOWN wait\r\n", "refuses PING with MASTERDOWN")]
    [InlineData("-NOAUTH first\r\n-NOAUTH first\r\n", "refuses PING with NOAUTH")]
    [InlineData("HTTP/1.1 400\r\n", "does not speak the Redis protocol")]
    public Task Connect_Refused_TriesAgainLater(string greeting, string reason) => Task.Run(async () =>
    {
        await using Clients clients = Client(null);
        clients.Redis.Start();
        using (ServerConnection first = await _server.AcceptAsync())
        {
            await first.WriteAsync(greeting);
            await first.ClosedAsync();
        }

        using ServerConnection second = await AcceptAsync();
        Assert.Contains(reason, Assert.Single(clients.Logged), StringComparison.Ordinal);
    });

    [Fact]
    public Task Connect_SilentServer_IsGivenUp() => Task.Run(async () =>
    {
        await using Clients clients = Client(null);
        clients.Redis.Start();
        using ServerConnection silent = await _server.AcceptAsync();
        await silent.ReadAtLeastAsync(1);
        _time.Advance(TimeSpan.FromSeconds(2));

        await silent.ClosedAsync();
        using ServerConnection next = await AcceptAsync();
        Assert.Contains("does not answer in time", Assert.Single(clients.Logged), StringComparison.Ordinal);
    });

    [Fact]
    public Task Ping_IdleConnectionThatIsDead_IsFound() => Task.Run(async () =>
    {
        (Clients clients, ServerConnection server) = await ConnectAsync();
        await using var _ = clients;
        _time.Advance(TimeSpan.FromSeconds(15));
        _time.Advance(Timeout);
        Assert.False(clients.Redis.IsUp);
        _time.Advance(AbandonAfter);
        await server.ClosedAsync();
    });

    [Fact]
    public Task Dispose_CommandsWaiting_AreAnswered() => Task.Run(async () =>
    {
        (Clients clients, ServerConnection server) = await ConnectAsync();
        ValueTask<RedisReply> reply = clients.Redis.SendAsync("GET", "a");
        await clients.DisposeAsync();
        Assert.Equal(RedisFailure.Lost, (await reply).Failure);
        Assert.Equal(RedisFailure.Down, (await clients.Redis.SendAsync("GET", "a")).Failure);
        await server.ClosedAsync();
        Assert.Empty(clients.Logged);
    });

    public void Dispose() => _server.Dispose();

    private Clients Client(Func<RedisOptions, RedisOptions>? change) => new($"redis://127.0.0.1:{_server.Port}", _time, options =>
    {
        options = options with { Timeout = Timeout, AbandonAfter = AbandonAfter };
        return change?.Invoke(options) ?? options;
    });

    private async Task<(Clients Clients, ServerConnection Server)> ConnectAsync(Func<RedisOptions, RedisOptions>? change = null)
    {
        Clients clients = Client(change);
        clients.Redis.Start();
        ServerConnection server = await _server.AcceptAsync();
        await server.WriteAsync(Welcome);
        await clients.UpAsync();
        return (clients, server);
    }

    /// <summary>The next connection, which the client opens after a wait.</summary>
    private async Task<ServerConnection> AcceptAsync()
    {
        Task<ServerConnection> accepted = _server.AcceptAsync();
        while (!accepted.IsCompleted)
        {
            // Only then is it the wait between two connections that is waited for.
            if (_time.Armed == 1)
                _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await accepted;
    }
}
