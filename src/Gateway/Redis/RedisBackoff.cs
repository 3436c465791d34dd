namespace Gateway.Redis;

/// <summary>The wait before another connection: exponential, spread so that gateways that lost a server together do not return together.</summary>
internal static class RedisBackoff
{
    /// <param name="failures">1 for the first wait; each further one doubles it.</param>
    /// <param name="options">Where it begins and ends.</param>
    /// <param name="random">Safe for use from any thread.</param>
    /// <returns>Between half and one and a half of the doubled <see cref="RedisOptions.Backoff"/>.</returns>
    internal static TimeSpan Wait(int failures, RedisOptions options, Random random)
    {
        double mean = Math.Min(Math.ScaleB(options.Backoff.Ticks, Math.Clamp(failures, 1, 40) - 1), options.MaxBackoff.Ticks);
        return TimeSpan.FromTicks((long)(mean * (0.5 + random.NextDouble())));
    }
}
