namespace Gateway.Health;

/// <summary>What a replica may be asked now; one value at a time, the gravest first in this order: drained, unhealthy, ejected, cooling.</summary>
internal enum ReplicaCondition
{
    /// <summary>Takes its full share.</summary>
    Usable,

    /// <summary>Back from an ejection: takes <see cref="ReplicaHealth.Share"/> of its share.</summary>
    SlowStart,

    /// <summary>Its ejection is over and nobody is trying it: one request may, after <see cref="ReplicaHealth.TryBeginTrial"/>.</summary>
    TrialDue,

    /// <summary>Asked for a pause (429, 529); see <see cref="ReplicaHealth.CoolingFor"/>.</summary>
    Cooling,

    /// <summary>Failing, or on trial by another request.</summary>
    Ejected,

    /// <summary>Its probes fail, or it rejects the gateway's credentials.</summary>
    Unhealthy,

    /// <summary>Taken out by the operator: gets no new request at all.</summary>
    Drained,
}
