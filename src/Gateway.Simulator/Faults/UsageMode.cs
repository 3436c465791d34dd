namespace Gateway.Simulator.Faults;

/// <summary>Where usage goes.</summary>
internal enum UsageMode
{
    AsRequested,
    Never,
    EveryChunk,
    FinishChunk,
}
