using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;
using TestKit.Sockets;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Row 5: no connection, or one that breaks before its answer.</summary>
public sealed class ConnectionFailureTests
{
    [Theory]
    [InlineData("refused")]
    [InlineData("no such name")]
    [InlineData("no tls")]
    [InlineData("untrusted")]
    public async Task Connect_Fails_TheOtherAnswersAndTheBrokenOneIsEjected(string how)
    {
        using Socket unused = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using TestCertificates certificates = TestCertificates.Create(TimeProvider.System);
        using SocketServer untrusted = new(certificates.Server);
        _ = AcceptAllAsync(untrusted);
        using ScriptedReplica plain = new();
        using ScriptedReplica good = new();
        string url = how switch
        {
            "refused" => $"http://127.0.0.1:{((IPEndPoint)unused.LocalEndPoint!).Port}",
            "no such name" => "http://does-not-exist.invalid",
            "no tls" => $"https://127.0.0.1:{plain.Address.Port}",
            _ => $"https://localhost:{untrusted.Port}",
        };
        await using GatewayProcess gateway = await Serving.StartAsync([new(url), good.Address], "timeouts: { connect: 1s }");

        for (int i = 0; i < 8; i++)
        {
            using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, i % 2 == 0 ? Chat.Stream : Chat.Unary);
            RawResponse response = await client.ReadResponseAsync();
            Assert.Equal((200, "p-2"), (response.Status, response.Header("x-gateway-replica")));
        }

        Assert.Equal((0, 8), (plain.Count, good.Count));
        Assert.Equal(3, await gateway.MetricAsync("gateway_upstream_attempts_total", "replica=\"p-1\"", "result=\"upstream_unreachable\""));
        Assert.Equal(1, await gateway.MetricAsync("gateway_replica_ejections_total", "replica=\"p-1\""));
    }

    [Fact]
    public async Task Connect_AllRefuse_IsOne502WithoutAHostName()
    {
        using Socket unused = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)unused.LocalEndPoint!).Port;
        await using GatewayProcess gateway = await Serving.StartAsync([new($"http://127.0.0.1:{port}"), new($"http://127.0.0.2:{port}")]);
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, Chat.Stream);
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((502, "upstream_unreachable", "upstream_error"), (response.Status, response.ErrorCode, response.Error.GetProperty("type").GetString()));
        Assert.DoesNotContain("127.0.0.", response.Body);
        Assert.DoesNotContain(port.ToString(System.Globalization.CultureInfo.InvariantCulture), response.Body);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reset_BeforeTheHead_AnotherAtOnce_AndThreeEject(bool stream)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2));
        stage["a-1"].Does = Play.Reset;
        for (int i = 0; i < 10; i++)
        {
            RawResponse response = await stage.AskAsync(stream);
            Assert.Equal((200, "a-2"), (response.Status, response.Header("x-gateway-replica")));
        }

        Assert.Equal((3, "ejected"), (stage["a-1"].Count, await stage.ConditionOfAsync("a-1")));
    }

    [Theory]
    [InlineData("reset", true)]
    [InlineData("reset", false)]
    [InlineData("fin", true)]
    [InlineData("fin", false)]
    public async Task ReusedConnection_DiesWithTheRequest_IsOnceMoreOnAFreshOneAndNoFailure(string how, bool stream)
    {
        await using Stage stage = await Stage.StartAsync("retries: { max-attempts: 1 }", new StagedProvider("a"));
        HashSet<UpstreamConnection> used = [];
        stage["a-1"].Does = (connection, request) =>
        {
            if (used.Add(connection))
                return Play.Answer(connection, request);
            return how == "fin" ? Play.BytesThenEnd("")(connection, request) : Play.Reset(connection, request);
        };
        for (int i = 0; i < 8; i++)
        {
            RawResponse response = await stage.AskAsync(stream);
            Assert.Equal((200, "1"), (response.Status, response.Header("x-gateway-attempts")));
        }

        Assert.Equal((8, "usable"), (used.Count, await stage.ConditionOfAsync("a-1")));
        Assert.Equal(8, await stage.Gateway.MetricAsync("gateway_upstream_attempts_total", "result=\"ok\""));
        Assert.Equal(8, await stage.Gateway.MetricAsync("gateway_upstream_attempts_total"));
    }

    [Fact]
    public async Task ReusedConnection_DiesInsideTheHead_IsAFailure()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"), new StagedProvider("b"));
        Assert.Equal("a", (await stage.AskAsync()).Header("x-gateway-provider"));
        stage["a-1"].Does = Play.BytesThenEnd("HTTP/1.1 200 O");
        RawResponse response = await stage.AskAsync();
        Assert.Equal((200, "b", 2), (response.Status, response.Header("x-gateway-provider"), stage["a-1"].Count));
    }

    private static async Task AcceptAllAsync(SocketServer server)
    {
        while (true)
        {
            try
            {
                await server.AcceptAsync();
            }
            catch (Exception exception) when (exception is AuthenticationException or IOException or TimeoutException)
            {
                // The gateway does not trust it, which is the point; or nobody came for a while.
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
