namespace Gateway.Simulator.Requests;

/// <summary>The generation paths a frontend serves.</summary>
internal enum SimulatedEndpoint
{
    Chat,
    Completions,
    Embeddings,
    Responses,
    Messages,
    CountTokens,
}
