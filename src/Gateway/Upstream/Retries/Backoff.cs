using Gateway.Configuration;

namespace Gateway.Upstream.Retries;

/// <summary>The wait before the same replica is asked again: exponential, with full jitter, so that clients which failed together do not return together.</summary>
internal static class Backoff
{
    /// <param name="retry">1 for the first wait; each further one doubles the range.</param>
    /// <param name="options">The router's.</param>
    /// <param name="random">Safe for use from any thread.</param>
    /// <returns>Evenly from zero to twice <see cref="RetryOptions.Backoff"/> (which is the mean), doubled each time, never over <see cref="RetryOptions.MaxBackoff"/>.</returns>
    internal static TimeSpan Wait(int retry, RetryOptions options, Random random)
    {
        // 2^62 ticks are 14,000 years: the exponent needs no more, whatever the count.
        double longest = Math.Min(Math.ScaleB(options.Backoff.Ticks, Math.Clamp(retry, 1, 62)), options.MaxBackoff.Ticks);
        return TimeSpan.FromTicks((long)(random.NextDouble() * longest));
    }
}
