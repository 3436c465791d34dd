namespace Gateway.Configuration;

/// <summary>The dialect an upstream speaks.</summary>
internal enum ProviderType
{
    Dynamo,
    OpenAi,

    /// <summary>Simulated Dynamo replicas inside this process.</summary>
    Simulator,
}
