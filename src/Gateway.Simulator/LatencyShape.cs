namespace Gateway.Simulator;

/// <summary>The family of a <see cref="LatencyDistribution"/>.</summary>
public enum LatencyShape
{
    /// <summary>Always the scale itself.</summary>
    Fixed,

    /// <summary>Median = scale, with a spread sigma of the logarithm.</summary>
    LogNormal,

    /// <summary>Mean = scale.</summary>
    Exponential,
}
