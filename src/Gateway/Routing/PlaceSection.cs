namespace Gateway.Routing;

/// <summary>The parts of a candidate list, in the order in which they are tried.</summary>
internal enum PlaceSection
{
    /// <summary>Takes requests, with or without reserve.</summary>
    Usable,

    /// <summary>Asked for a pause.</summary>
    Cooling,

    /// <summary>Fails; better than nothing.</summary>
    Ejected,

    /// <summary>Fails its probes.</summary>
    Unhealthy,
}
