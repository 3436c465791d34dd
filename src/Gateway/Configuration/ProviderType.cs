namespace Gateway.Configuration;

/// <summary>The dialect an upstream speaks.</summary>
internal enum ProviderType
{
    Dynamo,
    OpenAi,

    /// <summary>NVIDIA NIM, hosted or one's own: OpenAI's dialect, whose models differ in which fields they take.</summary>
    Nim,

    /// <summary>Azure OpenAI, and gateways of its shape: deployments in the path, <c>api-version</c> in the query.</summary>
    AzureOpenAi,

    /// <summary>Simulated Dynamo replicas inside this process.</summary>
    Simulator,
}
