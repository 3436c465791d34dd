namespace Gateway.Routing;

/// <summary>What of a request a balancing strategy may look at. One per request, so that its fallbacks do not count as requests.</summary>
/// <param name="Turn">The request's number at its router's endpoint; wraps.</param>
/// <param name="Key">Hash of what should stay on one replica (<see cref="AffinityKey"/>); null: nothing, or the strategy does not ask.</param>
/// <param name="IsStream">Whether its answer is streamed: latencies of the two kinds have nothing in common.</param>
internal readonly record struct BalanceContext(uint Turn, ulong? Key, bool IsStream = true);
