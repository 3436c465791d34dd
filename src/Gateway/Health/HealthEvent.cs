namespace Gateway.Health;

/// <summary>What became of a replica, or of all of a provider's.</summary>
internal enum HealthEvent
{
    /// <summary>Failed too often; out for a while.</summary>
    Ejected,

    /// <summary>Its trial went well.</summary>
    Recovered,

    /// <summary>Its probes fail.</summary>
    Unhealthy,

    /// <summary>Its probes pass again.</summary>
    Healthy,

    /// <summary>The provider does not take the gateway's credentials.</summary>
    CredentialsRejected,

    /// <summary>Taken out by the operator.</summary>
    Drained,

    /// <summary>Put back by the operator.</summary>
    Undrained,
}
