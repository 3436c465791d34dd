using Gateway.Configuration;
using Gateway.Routing;
using Replica = Gateway.Upstream.Replica;

namespace Gateway.Tests.Routing;

public sealed class PeakLatencyTests
{
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(2, 2)]
    [InlineData(20, 2)]
    [InlineData(200, 2)]
    [InlineData(20, 4)]
    public void Latency_FiveTimesSlower_GetsLessThanATenth(int perSecond, int replicas)
    {
        LatencySimulation simulation = new(perSecond, replicas);
        simulation.Latencies[0] = Slow;
        simulation.Run(TimeSpan.FromSeconds(30));
        int[] counts = simulation.Run(TimeSpan.FromMinutes(4));
        Assert.InRange(counts[0] / (double)counts.Sum(), 0, 0.0999);
    }

    [Theory]
    [InlineData(2, 0.1)] // hardly ever two at once, so that the last thousandth of a difference decides
    [InlineData(20, 0.35)]
    [InlineData(200, 0.35)]
    public void Latency_SlowReplicaRecovers_GetsTrafficWithinThirtySeconds(int perSecond, double share)
    {
        LatencySimulation simulation = new(perSecond, replicas: 2);
        simulation.Latencies[0] = Slow;
        simulation.Run(TimeSpan.FromMinutes(2));
        simulation.Latencies[0] = Fast;
        Assert.True(simulation.Run(TimeSpan.FromSeconds(30))[0] > 0);
        simulation.Run(TimeSpan.FromMinutes(2));
        int[] later = simulation.Run(TimeSpan.FromMinutes(2));
        Assert.InRange(later[0] / (double)later.Sum(), share, 0.65);
    }

    [Fact]
    public void Latency_Equals_ShareEvenly()
    {
        LatencySimulation simulation = new(perSecond: 20, replicas: 4);
        int[] counts = simulation.Run(TimeSpan.FromMinutes(4));
        Assert.All(counts, count => Assert.InRange(count / (double)counts.Sum(), 0.2, 0.3));
    }

    [Fact]
    public void Latency_Fallbacks_AreOrderedByCost()
    {
        Fleet fleet = new Fleet().With("a", 4);
        EndpointBalance balance = fleet.Balance(BalancingStrategy.Latency);
        int[] milliseconds = [900, 100, 400, 200];
        for (int i = 0; i < 4; i++)
        {
            fleet.Clock.Advance(TimeSpan.FromHours(1));
            fleet.Replicas[i].Latency.Observe(TimeSpan.FromMilliseconds(milliseconds[i]));
        }

        // 100 × 8 comes between 400 × 1 and 900 × 1.
        for (int i = 0; i < 7; i++)
            fleet["a-2"].Begin();
        string[] expected = ["a-4", "a-3", "a-2", "a-1"];
        foreach (Replica replica in fleet.Replicas)
            replica.Latency.ObserveAtLeast(TimeSpan.Zero);
        for (int i = 0; i < 19; i++)
        {
            string[] order = [.. fleet.Candidates(balance).Select(candidate => candidate.Replica.Id)];
            Assert.Equal(expected.Where(id => id != order[0]), order[1..]);
            Assert.NotEqual("a-1", order[0]);
        }
    }
}
