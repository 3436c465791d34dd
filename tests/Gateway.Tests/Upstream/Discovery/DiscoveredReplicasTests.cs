using System.Net;
using Gateway.Streaming.Sources;
using Gateway.Tests.Upstream.Http1;
using Gateway.Upstream;
using Gateway.Upstream.Discovery;
using Gateway.Upstream.Http1;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Discovery;

public sealed class DiscoveredReplicasTests
{
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private readonly ManualTimeProvider _clock = new();
    private readonly Provider _provider;
    private readonly DiscoveredReplicas _replicas;

    public DiscoveredReplicasTests()
    {
        _provider = Discovered.Provider(_clock);
        _replicas = new(_provider, _clock);
    }

    [Fact]
    public void Provider_BeforeTheFirstLookup_HasNoReplica()
    {
        Assert.Empty(_provider.Replicas);
        Assert.False(_provider.FirstLookup.IsCompleted);
        Assert.False(_provider.IsUsable);
    }

    [Fact]
    public void Update_NewAddresses_AreReplicasInTheOrderOfTheirNumbers()
    {
        Assert.Equal((5, 0), _replicas.Update(Discovered.Addresses("fd00::2", "10.0.0.10", "fd00::1", "10.0.0.9", "9.1.1.1")));

        Assert.Equal(5, _provider.Replicas.Length);
        Assert.Equal(_provider.Ids(), Discovered.Addresses("9.1.1.1", "10.0.0.9", "10.0.0.10", "fd00::1", "fd00::2").Keys.Select(address => AddressId.Of("dynamo", address, new HashSet<string>())));
        Assert.All(_provider.Replicas, replica => Assert.Equal("frontends.test:8000"u8.ToArray(), replica.HostHeader));
    }

    [Fact]
    public void Update_OneMoreAddress_LeavesTheOthersWhatTheyAre()
    {
        _replicas.Update(Discovered.Addresses("10.0.0.1", "10.0.0.3"));
        Replica[] before = [.. _provider.Replicas];

        Assert.Equal((1, 0), _replicas.Update(Discovered.Addresses("10.0.0.1", "10.0.0.2", "10.0.0.3")));

        Assert.Equal([before[0], before[1]], [_provider.Replicas[0], _provider.Replicas[2]]);
    }

    [Fact]
    public void Update_WhileSomebodyEnumerates_HeSeesTheSetHeBeganWith()
    {
        _replicas.Update(Discovered.Addresses("10.0.0.1", "10.0.0.2"));
        int seen = 0;
        foreach (Replica replica in _provider.Replicas)
        {
            _replicas.Update(Discovered.Addresses("10.0.0.3"));
            Assert.DoesNotContain(replica, _provider.Replicas);
            seen++;
        }

        Assert.Equal(2, seen);
        Assert.Single(_provider.Replicas);
    }

    [Fact]
    public void Update_AddressIsBackWithinTheMemory_IsTheSameObject()
    {
        _replicas.Update(Discovered.Addresses("10.0.0.1", "10.0.0.2"));
        Replica replica = _provider.Replicas[1];
        _replicas.Update(Discovered.Addresses("10.0.0.1"));
        Assert.Same(replica, Assert.Single(_provider.Departed));

        _clock.Advance(DiscoveredReplicas.Memory - TimeSpan.FromTicks(1));
        _replicas.Update(Discovered.Addresses("10.0.0.1", "10.0.0.2"));

        Assert.Same(replica, _provider.Replicas[1]);
        Assert.Empty(_provider.Departed);
    }

    [Fact]
    public void Update_AddressIsBackAfterTheMemory_IsANewObjectWithTheSameId()
    {
        _replicas.Update(Discovered.Addresses("10.0.0.1", "10.0.0.2"));
        Replica replica = _provider.Replicas[1];
        _replicas.Update(Discovered.Addresses("10.0.0.1"));

        _clock.Advance(DiscoveredReplicas.Memory);
        _replicas.Update(Discovered.Addresses("10.0.0.1"));
        Assert.Empty(_provider.Departed);
        _replicas.Update(Discovered.Addresses("10.0.0.1", "10.0.0.2"));

        Assert.NotSame(replica, _provider.Replicas[1]);
        Assert.Equal(replica.Id, _provider.Replicas[1].Id);
    }

    [Fact]
    public void Forget_ReplicaStillWorks_IsRememberedUntilItsLastRequestEnds()
    {
        _replicas.Update(Discovered.Addresses("10.0.0.1", "10.0.0.2"));
        ReplicaLease lease = new(_provider.Replicas[1]);
        _replicas.Update(Discovered.Addresses("10.0.0.1"));
        _clock.Advance(DiscoveredReplicas.Memory * 3);
        _replicas.Forget();
        Assert.Equal(1, Assert.Single(_provider.Departed).Inflight);

        lease.Dispose();
        _replicas.Forget();
        Assert.Empty(_provider.Departed);
    }

    [Fact]
    public void Watch_TellsWhatIsThereAndWhatComesAndGoes()
    {
        List<string> told = [];
        _replicas.Update(Discovered.Addresses("10.0.0.1", "10.0.0.2"));
        (Replica first, Replica second) = (_provider.Replicas[0], _provider.Replicas[1]);
        IDisposable watch = _provider.Watch(replica => told.Add("+" + replica.Id), replica => told.Add("-" + replica.Id));
        Assert.Equal(["+" + first.Id, "+" + second.Id], told);

        told.Clear();
        _replicas.Update(Discovered.Addresses("10.0.0.2"));
        _replicas.Update(Discovered.Addresses("10.0.0.1"));
        Assert.Equal(["-" + first.Id, "-" + second.Id, "+" + first.Id], told);

        told.Clear();
        watch.Dispose();
        _replicas.Update(Discovered.Addresses("10.0.0.2"));
        Assert.Empty(told);
    }

    [Fact]
    public async Task Update_ReplicaLeaves_ItsRunningRequestGoesOnAndItsIdleConnectionsAreClosed()
    {
        using SocketServer server = new(address: IPAddress.Parse("127.0.0.2"));
        _replicas.Update(Discovered.At(server.Port, "127.0.0.2", "127.0.0.3"));
        Replica replica = _provider.Replicas[0];
        (Http1Exchange running, ServerConnection busy) = await replica.Pool.AnsweredAsync(server, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
        (Http1Exchange done, ServerConnection idle) = await replica.Pool.AnsweredAsync(server, Empty);
        done.Dispose();

        _replicas.Update(Discovered.At(server.Port, "127.0.0.3"));

        Assert.False(await idle.ClosedAsync());
        await busy.WriteAsync("cd");
        Assert.Equal(("abcd", ReadStatus.End), await running.Body.ReadAllAsync());
        running.Dispose();
        Assert.False(await busy.ClosedAsync());
        Assert.Equal(0, replica.Pool.OpenConnections);
    }

    [Fact]
    public async Task Update_ReplicaIsBack_KeepsItsConnectionsAgain()
    {
        using SocketServer server = new(address: IPAddress.Parse("127.0.0.2"));
        _replicas.Update(Discovered.At(server.Port, "127.0.0.2", "127.0.0.3"));
        Replica replica = _provider.Replicas[0];
        _replicas.Update(Discovered.At(server.Port, "127.0.0.3"));
        _replicas.Update(Discovered.At(server.Port, "127.0.0.2", "127.0.0.3"));

        (Http1Exchange exchange, ServerConnection connection) = await replica.Pool.AnsweredAsync(server, Empty);
        exchange.Dispose();
        Assert.Equal(1, replica.Pool.IdleConnections);
        _provider.Dispose();
        Assert.False(await connection.ClosedAsync());
    }
}
