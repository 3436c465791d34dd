using Gateway.Configuration;
using Gateway.Health;
using Gateway.Routing;
using Gateway.Upstream;
using TestKit.Memory;

namespace Gateway.Tests.Routing;

public sealed class EndpointBalanceTests
{
    private static readonly ReplicaCondition[] Conditions = Enum.GetValues<ReplicaCondition>();

    private static readonly BalancingStrategy[] Strategies = Enum.GetValues<BalancingStrategy>();

    private readonly Fleet _fleet = new();

    /// <summary>All mixes of seven conditions over three replicas, with every strategy, with and without a key.</summary>
    [Fact]
    public void Append_EveryMixOfConditions_KeepsTheSections()
    {
        _fleet.With("a", 2).With("b", 1);
        string[] ids = ["a-1", "a-2", "b-1"];
        foreach (BalancingStrategy strategy in Strategies)
        {
            EndpointBalance balance = _fleet.Balance(strategy);
            for (int mix = 0; mix < Conditions.Length * Conditions.Length * Conditions.Length; mix++)
            {
                ReplicaCondition[] conditions = [Conditions[mix % 7], Conditions[mix / 7 % 7], Conditions[mix / 49]];
                for (int i = 0; i < ids.Length; i++)
                    _fleet.Set(ids[i], conditions[i], share: 0.5, lastEjected: 10 - i);
                ulong? key = mix % 2 == 0 ? (ulong)mix : null;
                string[] order = [.. _fleet.Candidates(balance, key).Select(candidate => candidate.Replica.Id)];
                AssertSections(order, id => conditions[Array.IndexOf(ids, id)], strategy, $"{strategy} {string.Join(' ', conditions)}: {string.Join(' ', order)}");
            }
        }
    }

    private static void AssertSections(string[] order, Func<string, ReplicaCondition> conditionOf, BalancingStrategy strategy, string message)
    {
        string[] all = ["a-1", "a-2", "b-1"];
        Assert.True(all.Where(id => conditionOf(id) != ReplicaCondition.Drained).Order().SequenceEqual(order.Order()), message);
        int[] sections = [.. order.Select(id => Math.Max(2, (int)conditionOf(id)))];
        Assert.True(sections.SequenceEqual(sections.Order()), message);
        string[] ejected = [.. order.Where(id => conditionOf(id) == ReplicaCondition.Ejected)];
        Assert.True(ejected.SequenceEqual(ejected.OrderDescending()), message); // the later in the list was ejected earlier
        if (strategy is BalancingStrategy.PrefixAffinity)
            return;
        IEnumerable<string[]> groups = strategy == BalancingStrategy.Priority ? [order[..]] : [order];
        if (strategy == BalancingStrategy.Priority)
            groups = order.GroupBy(id => id[0]).Select(group => group.ToArray());
        foreach (string[] group in groups)
        {
            bool[] trials = [.. group.Select(id => conditionOf(id) == ReplicaCondition.TrialDue)];
            Assert.True(trials.SequenceEqual(trials.OrderDescending()), message);
        }
    }

    [Fact]
    public void Append_TrialDue_IsInFrontExceptOnTheRing()
    {
        _fleet.With("a", 3);
        EndpointBalance ring = _fleet.Balance(BalancingStrategy.PrefixAffinity);
        string before = _fleet.Order(ring, key: 5);
        string last = before.Split(' ')[2];
        _fleet.Set(last, ReplicaCondition.TrialDue);

        foreach (BalancingStrategy strategy in Strategies.Where(strategy => strategy != BalancingStrategy.PrefixAffinity))
            Assert.Equal(last, _fleet.First(_fleet.Balance(strategy)).Id);
        Assert.Equal(before, _fleet.Order(ring, key: 5));
    }

    [Fact]
    public void Append_PriorityWithTrialAtTheFallback_StaysAtTheFirstProvider()
    {
        EndpointBalance balance = _fleet.With("a", 1).With("b", 2).Balance(BalancingStrategy.Priority);
        _fleet.Set("b-2", ReplicaCondition.TrialDue);
        Assert.Equal("a-1 b-2 b-1", _fleet.Order(balance));
    }

    [Fact]
    public void Append_AllEjected_LeastRecentlyFirst()
    {
        EndpointBalance balance = _fleet.With("a", 3).Balance(BalancingStrategy.RoundRobin);
        _fleet.Set("a-1", ReplicaCondition.Ejected, lastEjected: 30);
        _fleet.Set("a-2", ReplicaCondition.Ejected, lastEjected: 10);
        _fleet.Set("a-3", ReplicaCondition.Ejected, lastEjected: 20);
        Assert.Equal(["a-2 a-3 a-1", "a-2 a-3 a-1"], new[] { _fleet.Order(balance), _fleet.Order(balance) });
    }

    [Fact]
    public void Append_AllUnhealthy_StillTakeTurns()
    {
        EndpointBalance balance = _fleet.With("a", 2).Balance(BalancingStrategy.RoundRobin);
        _fleet.Set("a-1", ReplicaCondition.Unhealthy);
        _fleet.Set("a-2", ReplicaCondition.Unhealthy);
        Assert.Equal(["a-1 a-2", "a-2 a-1"], new[] { _fleet.Order(balance), _fleet.Order(balance) });
    }

    [Fact]
    public void Append_SlowStart_GetsItsShareOfItsShare()
    {
        EndpointBalance balance = _fleet.With("a", 2).Balance(BalancingStrategy.RoundRobin);
        _fleet.Set("a-2", ReplicaCondition.SlowStart, share: 0.25);
        int first = Enumerable.Range(0, 10_000).Count(_ => _fleet.First(balance).Id == "a-2");
        Assert.InRange(first, 1100, 1400);
    }

    [Fact]
    public void Append_SlowStartOnTheRing_TakesItsSessionsBackOneByOne()
    {
        EndpointBalance balance = _fleet.With("a", 2).Balance(BalancingStrategy.PrefixAffinity);
        ulong[] sessions = [.. Enumerable.Range(0, 2000).Select(i => XxHash64.Hash(BitConverter.GetBytes(i))).Where(key => _fleet.First(balance, key).Id == "a-2")];
        _fleet.Set("a-2", ReplicaCondition.SlowStart, share: 0.25);
        HashSet<ulong> quarter = [.. sessions.Where(key => _fleet.First(balance, key).Id == "a-2")];
        _fleet.Set("a-2", ReplicaCondition.SlowStart, share: 0.5);
        HashSet<ulong> half = [.. sessions.Where(key => _fleet.First(balance, key).Id == "a-2")];

        Assert.InRange(quarter.Count, sessions.Length * 0.20, sessions.Length * 0.30);
        Assert.InRange(half.Count, sessions.Length * 0.44, sessions.Length * 0.56);
        Assert.Subset(half, quarter);
    }

    [Fact]
    public void Append_PriorityWithSlowStart_ComesBehindItsProviderOrBehindAllWhenItIsAlone()
    {
        EndpointBalance balance = _fleet.With("a", 2).With("b", 1).Balance(BalancingStrategy.Priority);
        _fleet.Set("a-1", ReplicaCondition.SlowStart, share: 0);
        Assert.Equal("a-2 a-1 b-1", _fleet.Order(balance));
        _fleet.Set("a-2", ReplicaCondition.Drained);
        Assert.Equal("b-1 a-1", _fleet.Order(balance));
        _fleet.Set("b-1", ReplicaCondition.Drained);
        Assert.Equal("a-1", _fleet.Order(balance));
    }

    [Fact]
    public void Append_Priority_ProvidersInOrderAndLeastRequestsInside()
    {
        EndpointBalance balance = _fleet.With("a", 2).With("b", 2).Balance(BalancingStrategy.Priority, new("b"), new("a"));
        _fleet["b-1"].Begin();
        _fleet["a-2"].Begin();
        Assert.Equal(["b-2 b-1 a-1 a-2", "b-2 b-1 a-1 a-2"], new[] { _fleet.Order(balance), _fleet.Order(balance) });
    }

    [Fact]
    public void Append_PriorityWithPrimaryDown_FallbackBeforeTheEjected()
    {
        EndpointBalance balance = _fleet.With("a", 2).With("b", 1).Balance(BalancingStrategy.Priority);
        _fleet.Set("a-1", ReplicaCondition.Ejected, lastEjected: 1);
        _fleet.Set("a-2", ReplicaCondition.Cooling);
        Assert.Equal("b-1 a-2 a-1", _fleet.Order(balance));
    }

    [Fact]
    public void Append_Equivalents_FollowTheRequestedModelButComeBeforeWhatFails()
    {
        _fleet.With("a", 2, "big").With("b", 1, "big", "small").With("c", 1, "small");
        EndpointBalance balance = _fleet.Balance(BalancingStrategy.Priority);
        Assert.Equal(["a-1 big", "a-2 big", "b-1 big", "b-1 small", "c-1 small"], Order(balance, "big", "small"));
        _fleet.Set("a-1", ReplicaCondition.Ejected, lastEjected: 2);
        _fleet.Set("a-2", ReplicaCondition.Unhealthy);
        _fleet.Set("b-1", ReplicaCondition.Ejected, lastEjected: 1);
        Assert.Equal(["c-1 small", "b-1 big", "b-1 small", "a-1 big", "a-2 big"], Order(balance, "big", "small"));
    }

    [Fact]
    public void Append_Pinned_OnlyThatProviderListedOrNot()
    {
        _fleet.With("a", 2, "m").With("b", 2, "other");
        foreach (BalancingStrategy strategy in Strategies)
        {
            List<Candidate> candidates = _fleet.Candidates(_fleet.Balance(strategy), key: 1, _fleet.Provider("b"), "m");
            Assert.Equal(["b-1", "b-2"], candidates.Select(candidate => candidate.Replica.Id).Order());
        }
    }

    [Fact]
    public void Append_AllDrained_IsEmpty()
    {
        EndpointBalance balance = _fleet.With("a", 1).Balance(BalancingStrategy.Latency);
        _fleet.Set("a-1", ReplicaCondition.Drained);
        Assert.Empty(_fleet.Candidates(balance));
    }

    [Fact]
    public void Append_RoundRobinOverEquivalents_OneTurnPerRequest()
    {
        EndpointBalance balance = _fleet.With("a", 2, "big", "small").Balance(BalancingStrategy.RoundRobin);
        Assert.Equal(["a-1 big", "a-2 big"], new[] { Order(balance, "big", "small")[0], Order(balance, "big", "small")[0] });
    }

    [Fact]
    public void Append_WarmedUp_AllocatesNothing()
    {
        _fleet.With("a", 16).With("b", 16);
        string[] models = ["m"];
        foreach (BalancingStrategy strategy in Strategies)
        {
            EndpointBalance balance = _fleet.Balance(strategy);
            List<Candidate> candidates = new(64);
            uint turn = 0;
            long allocated = AllocatedBytes.LowestOf(() =>
            {
                for (int i = 0; i < 50; i++)
                {
                    candidates.Clear();
                    balance.Append(models, null, new BalanceContext(turn, turn++ * 7919UL), candidates);
                }
            });
            Assert.True(allocated == 0, $"{strategy}: {allocated}");
        }
    }

    private string[] Order(EndpointBalance balance, params string[] models) =>
        [.. _fleet.Candidates(balance, null, null, models).Select(candidate => $"{candidate.Replica.Id} {candidate.Model}")];
}
