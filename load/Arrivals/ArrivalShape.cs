namespace Gateway.Load.Arrivals;

/// <summary>How the gaps of an open loop vary around their mean.</summary>
internal enum ArrivalShape
{
    Constant,
    Poisson,
    Gamma,
}
