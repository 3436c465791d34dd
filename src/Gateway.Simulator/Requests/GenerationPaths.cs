namespace Gateway.Simulator.Requests;

/// <summary>Paths that take a POST.</summary>
internal static class GenerationPaths
{
    public static SimulatedEndpoint? Find(string path) => path switch
    {
        "/v1/chat/completions" => SimulatedEndpoint.Chat,
        "/v1/completions" => SimulatedEndpoint.Completions,
        "/v1/embeddings" => SimulatedEndpoint.Embeddings,
        "/v1/responses" => SimulatedEndpoint.Responses,
        "/v1/messages" => SimulatedEndpoint.Messages,
        "/v1/messages/count_tokens" => SimulatedEndpoint.CountTokens,
        _ => null,
    };
}
