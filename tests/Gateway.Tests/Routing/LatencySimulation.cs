using Gateway.Configuration;
using Gateway.Routing;
using Replica = Gateway.Upstream.Replica;

namespace Gateway.Tests.Routing;

/// <summary>Requests that come in by chance (Poisson) and go to the first candidate, in virtual time.</summary>
internal sealed class LatencySimulation
{
    private readonly Fleet _fleet;
    private readonly EndpointBalance _balance;
    private readonly int _perSecond;
    private readonly Random _arrivals = new(3);
    private readonly PriorityQueue<(Replica Replica, TimeSpan Latency), TimeSpan> _underWay = new();
    private TimeSpan _now;

    internal LatencySimulation(int perSecond, int replicas)
    {
        _perSecond = perSecond;
        _fleet = new Fleet().With("a", replicas);
        _balance = _fleet.Balance(BalancingStrategy.Latency);
        Latencies = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(100), replicas)];
    }

    /// <summary>Time to first content, per replica.</summary>
    internal TimeSpan[] Latencies { get; }

    /// <returns>Requests that each replica got meanwhile.</returns>
    internal int[] Run(TimeSpan duration)
    {
        int[] counts = new int[Latencies.Length];
        IReadOnlyList<Replica> replicas = _fleet.Replicas;
        TimeSpan end = _now + duration;
        for (TimeSpan arrival = Next(); arrival < end; arrival = Next())
        {
            FinishUntil(arrival);
            Replica replica = _fleet.First(_balance);
            int index = replicas.ToList().IndexOf(replica);
            counts[index]++;
            replica.Begin();
            _underWay.Enqueue((replica, Latencies[index]), arrival + Latencies[index]);
        }

        FinishUntil(end);
        return counts;
    }

    private TimeSpan Next() => _now + TimeSpan.FromSeconds(-Math.Log(1 - _arrivals.NextDouble()) / _perSecond);

    private void FinishUntil(TimeSpan until)
    {
        while (_underWay.TryPeek(out (Replica Replica, TimeSpan Latency) request, out TimeSpan end) && end <= until)
        {
            _underWay.Dequeue();
            AdvanceTo(end);
            request.Replica.Latency.Observe(request.Latency);
            request.Replica.End();
        }

        AdvanceTo(until);
    }

    private void AdvanceTo(TimeSpan time)
    {
        _fleet.Clock.Advance(time - _now);
        _now = time;
    }
}
