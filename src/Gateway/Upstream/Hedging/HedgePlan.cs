using Gateway.Configuration;

namespace Gateway.Upstream.Hedging;

/// <summary>How long a request waits for content before another replica is asked as well. Whether it may be hedged at all is its sender's to know.</summary>
internal static class HedgePlan
{
    /// <param name="options">The router's.</param>
    /// <param name="isStream">Unary requests are hedged only with <see cref="HedgingOptions.Unary"/>.</param>
    /// <param name="times">Of the model, provider and endpoint kind of the attempt under way.</param>
    /// <returns>Null: no hedge, since it is off or nothing is known yet.</returns>
    internal static TimeSpan? Delay(HedgingOptions options, bool isStream, ContentTimes times)
    {
        if (options.Delay is not { } delay || options.MaxHedges == 0 || !(isStream || options.Unary))
            return null;

        if (delay.Fixed is { } wait)
            return wait;

        return times.Quantile(delay.Quantile) is { } measured ? TimeSpan.FromTicks(Math.Max(measured.Ticks, options.MinDelay.Ticks)) : null;
    }
}
