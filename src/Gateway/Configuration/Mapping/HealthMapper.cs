namespace Gateway.Configuration.Mapping;

internal static class HealthMapper
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(10);

    public static HealthOptions Map(SectionReader health, HealthOptions defaults)
    {
        TimeSpan interval = health.Duration("interval", defaults.Interval);
        if (interval > TimeSpan.Zero && interval < ShortestInterval)
            health.Report("interval", "would flood the upstream", "write at least 10ms; 5s is usual");
        return new HealthOptions
        {
            Path = MapPath(health),
            Interval = interval,
            Timeout = health.Duration("timeout", defaults.Timeout),
            HealthyAfter = health.Integer("healthy-after", defaults.HealthyAfter),
            UnhealthyAfter = health.Integer("unhealthy-after", defaults.UnhealthyAfter),
            EjectAfter = health.Integer("eject-after", defaults.EjectAfter),
        };
    }

    private static string? MapPath(SectionReader health)
    {
        if (health.Text("path") is not { } path)
            return null;
        if (path.Contains("://", StringComparison.Ordinal))
            health.Report("path", "is an address, not a path", "write the path alone, as in /health; it is asked below base-url");
        else if (path[..Math.Min(1, path.Length)] != "/")
            health.Report("path", "does not begin with a slash", "write it as in /health");
        else if (path.Any(c => c is <= ' ' or > '~' or '#'))
            health.Report("path", "holds characters that no request line takes", "percent-encode them");
        return path;
    }
}
