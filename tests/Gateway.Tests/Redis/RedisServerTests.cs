using System.Text;
using Gateway.Redis;
using TestKit.Memory;
using TestKit.Processes;
using TestKit.Sockets;

namespace Gateway.Tests.Redis;

/// <summary>The client and a real server.</summary>
public sealed class RedisServerTests
{
    [Fact]
    public async Task Send_BinaryValue_ComesBackAsItWent()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using Clients clients = await Clients.ConnectedAsync(server.Url);
        byte[] value = new byte[3_000_000];
        new Random(1).NextBytes(value);

        Assert.True((await clients.Redis.SendAsync("SET", "key", value, "PX", 60_000)).IsOk);
        Assert.Equal(value, (await clients.Redis.SendAsync("GET", "key")).Bytes);
        Assert.Equal(RedisReplyKind.Null, (await clients.Redis.SendAsync("GET", "other")).Kind);
        Assert.Equal(1, (await clients.Redis.SendAsync("UNLINK", "key")).Integer);
    }

    [Fact]
    public async Task Send_ManyAtOnce_EachGetsItsOwnReply()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using Clients clients = await Clients.ConnectedAsync(server.Url);

        await Parallel.ForAsync(0, 5_000, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
            Assert.Equal($"{i}", Encoding.ASCII.GetString((await clients.Redis.SendAsync("ECHO", (long)i)).Bytes!)));
    }

    [Fact]
    public async Task Eval_UnknownScript_IsSentWithItsTextOnce()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using Clients clients = await Clients.ConnectedAsync(server.Url);
        RedisScript script = new("return {KEYS[1], ARGV[1] + 1}");
        RedisArgument[] arguments = ["k", 41];

        for (int i = 0; i < 2; i++)
            Assert.Equal(42, (await clients.Redis.EvalAsync(script, 1, arguments)).Items[1].Integer);
        Assert.True((await clients.Redis.SendAsync("SCRIPT", "EXISTS", script.Hash)).Items[0].Integer == 1);
        Assert.Empty(clients.Logged);
    }

    [Theory]
    [InlineData("default:top%20secret", "--requirepass", "top secret")]
    [InlineData(":top%20secret", "--requirepass", "top secret")]
    [InlineData("alice:wonder%40land", "--user", "alice", "on", ">wonder@land", "~*", "&*", "+@all")]
    public async Task Connect_WithCredentials_MayUseItsDatabase(string credentials, params string[] options)
    {
        await using RedisServer server = await RedisServer.StartAsync(null, options);
        await using Clients clients = await Clients.ConnectedAsync($"redis://{credentials}@127.0.0.1:{server.Port}/5");

        Assert.True((await clients.Redis.SendAsync("SET", "a", 1)).IsOk);
        Assert.Contains("db=5", Encoding.ASCII.GetString((await clients.Redis.SendAsync("CLIENT", "INFO")).Bytes!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_WrongPassword_SaysSoWithoutIt()
    {
        await using RedisServer server = await RedisServer.StartAsync(null, "--requirepass", "right");
        await using Clients clients = new($"redis://:PLANTED@127.0.0.1:{server.Port}");
        clients.Redis.Start();
        await Clients.UntilAsync(() => clients.Logged.Count > 0);

        string line = Assert.Single(clients.Logged);
        Assert.Contains("refuses HELLO with WRONGPASS", line, StringComparison.Ordinal);
        Assert.DoesNotContain("PLANTED", line, StringComparison.Ordinal);
        Assert.Equal(RedisFailure.Down, (await clients.Redis.SendAsync("PING")).Failure);
    }

    [Fact]
    public async Task Connect_Tls_TrustsTheGivenAuthorityOnly()
    {
        using TestCertificates certificates = TestCertificates.Create(TimeProvider.System);
        await using RedisServer server = await RedisServer.StartAsync(certificates);
        await using Clients trusting = await Clients.ConnectedAsync(server.Url, change: options => options with { TlsCaFile = certificates.CaFile });
        Assert.True((await trusting.Redis.SendAsync("SET", "a", new byte[100_000])).IsOk);

        await using Clients other = new(server.Url);
        other.Redis.Start();
        await Clients.UntilAsync(() => other.Logged.Count > 0);
        Assert.Contains("its certificate is not trusted", Assert.Single(other.Logged), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_UnixSocket_Works()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using Clients clients = await Clients.ConnectedAsync($"unix://{server.SocketPath}?db=1");
        Assert.True((await clients.Redis.SendAsync("PING")).IsOk);
    }

    [Fact]
    public async Task Server_StoppedAndStartedAgain_IsUsedAgainAndToldOnceEachWay()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using Clients clients = await Clients.ConnectedAsync(server.Url);

        await server.StopAsync();
        await Clients.UntilAsync(() => clients.Logged.Count > 0);
        Assert.Equal(RedisFailure.Down, (await clients.Redis.SendAsync("PING")).Failure);
        await server.StartAgainAsync();
        await clients.UpAsync();

        Assert.True((await clients.Redis.SendAsync("PING")).IsOk);
        Assert.Equal(2, clients.Logged.Count);
        Assert.Contains("Redis is used for tests again", clients.Logged[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_CanWriteNoMore_IsNotUsableNow()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using Clients clients = await Clients.ConnectedAsync(server.Url);
        await server.AskAsync("REPLICAOF 127.0.0.1 1");

        Assert.Equal(RedisFailure.Unavailable, (await clients.Redis.SendAsync("SET", "a", 1)).Failure);
        await server.AskAsync("REPLICAOF NO ONE");
        await clients.UpAsync();
        Assert.True((await clients.Redis.SendAsync("SET", "a", 1)).IsOk);
    }

    [Fact]
    public async Task Subscribe_ServerRestarts_IsToldAndSubscribedAgain()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using Clients clients = await Clients.ConnectedAsync(server.Url);
        var events = System.Threading.Channels.Channel.CreateUnbounded<string>();
        await using RedisSubscription subscription = clients.Redis.Subscribe(
            "news", message => events.Writer.TryWrite(Encoding.UTF8.GetString(message.Span)), isOn => events.Writer.TryWrite(isOn ? "on" : "off"));

        Assert.Equal("on", await NextAsync());
        await clients.Redis.SendAsync("PUBLISH", "news", "one");
        Assert.Equal("one", await NextAsync());
        await server.StopAsync();
        Assert.Equal("off", await NextAsync());
        await server.StartAgainAsync();
        Assert.Equal("on", await NextAsync());
        await server.AskAsync("PUBLISH news two");
        Assert.Equal("two", await NextAsync());

        Task<string> NextAsync() => events.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
    }

    [Fact]
    public async Task Send_Warm_AllocatesLittle()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using Clients clients = await Clients.ConnectedAsync(server.Url);
        RedisScript script = new("return 1");
        for (int i = 0; i < 100; i++)
            await clients.Redis.EvalAsync(script, 0, default);

        // Of this thread alone: writing the command; the reply is built on another one.
        Assert.InRange(AllocatedBytes.LowestOf(() => _ = clients.Redis.EvalAsync(script, 0, default).AsTask()), 0, 1_024);
    }
}
