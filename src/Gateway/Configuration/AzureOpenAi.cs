namespace Gateway.Configuration;

/// <summary>What holds for every provider of type <c>azure-openai</c> that does not say otherwise.</summary>
internal static class AzureOpenAi
{
    public const string DefaultApiVersion = "2024-12-01-preview";

    /// <summary>The header under which such gateways want an id per attempt; Azure itself ignores it.</summary>
    public const string CorrelationIdHeader = "correlationId";

    /// <summary>The header that carries a key; a token goes into <c>Authorization</c>.</summary>
    public const string KeyHeader = "api-key";
}
