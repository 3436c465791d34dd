using Gateway.Simulator.Faults;

namespace Gateway.Simulator.Serving;

/// <summary>The times of one generation, from the distributions or the mocker's formulas. Holds its share of the replica's KV cache until disposed.</summary>
internal sealed class GenerationClock : IDisposable
{
    private readonly SimulatorOptions _options;
    private readonly FaultPlan _plan;
    private readonly ReplicaLoad _load;
    private readonly int _promptTokens;
    private SplitMix64 _random;
    private int _heldTokens;

    public GenerationClock(SimulatorOptions options, FaultPlan plan, ReplicaLoad load, int promptTokens, ulong seed)
    {
        (_options, _plan, _load, _promptTokens) = (options, plan, load, promptTokens);
        _random = new SplitMix64(seed);
        Hold(promptTokens);
    }

    public TimeSpan FirstToken() =>
        _plan.FirstTokenDelay ?? _options.Mocker?.Prefill(_promptTokens) ?? _options.TimeToFirstToken.Sample(ref _random);

    /// <summary>The time from one chunk to the next.</summary>
    /// <param name="tokens">Tokens of one choice in the next chunk; choices decode together.</param>
    /// <param name="choices">Choices of the answer.</param>
    public TimeSpan Gap(int tokens, int choices)
    {
        Hold(tokens * choices);
        return tokens * (_options.Mocker?.Decode(_load.KvTokens) ?? _options.InterToken.Sample(ref _random));
    }

    public void Dispose() => Hold(-_heldTokens);

    private void Hold(int tokens)
    {
        _heldTokens += tokens;
        _load.AddKvTokens(tokens);
    }
}
