namespace Gateway.Tests.Upstream.Hedging;

internal static class Samples
{
    /// <summary>Box–Muller.</summary>
    internal static double LogNormal(Random random, double median, double sigma) =>
        median * Math.Exp(sigma * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
