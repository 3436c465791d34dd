using Gateway.Configuration;

namespace Gateway.Upstream.Retries;

/// <summary>The wait before a replica is asked again: exponential, with full jitter.</summary>
internal static class Backoff
{
    /// <param name="retry">0 for the first.</param>
    /// <param name="options">First and longest wait.</param>
    /// <param name="random">For the jitter.</param>
    internal static TimeSpan Wait(int retry, RetryOptions options, Random random) =>
        TimeSpan.FromTicks((long)(Math.Min(options.MaxBackoff.Ticks, options.Backoff.Ticks * Math.Pow(2, retry)) * random.NextDouble()));
}
