namespace Gateway.Load.Arrivals;

/// <summary>
/// The times of an open loop, in seconds. Gaps are drawn with mean 1 in units of expected arrivals and stretched by the rate in force, so a ramp of Poisson
/// arrivals is a proper inhomogeneous Poisson process.
/// </summary>
/// <param name="rate">Requests per second over time.</param>
/// <param name="shape">Constant, Poisson or gamma gaps.</param>
/// <param name="burstiness">Of gamma, as vLLM has it: 1 is Poisson, below burstier, above more regular.</param>
/// <param name="random">Seeded.</param>
internal sealed class RateArrivals(Profile rate, ArrivalShape shape, double burstiness, Random random)
{
    private double _area;

    /// <summary>The next time; infinity when the rate stays zero.</summary>
    public double Next()
    {
        double at = rate.TimeOfArea(_area);
        _area += shape switch
        {
            ArrivalShape.Poisson => Draws.Exponential(random),
            ArrivalShape.Gamma => Draws.Gamma(random, burstiness) / burstiness,
            _ => 1,
        };
        return at;
    }
}
