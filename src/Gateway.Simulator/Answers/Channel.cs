namespace Gateway.Simulator.Answers;

/// <summary>What a delta carries.</summary>
internal enum Channel
{
    Reasoning,
    Content,
    Arguments,
}
