using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class HealthSectionTests
{
    [Fact]
    public void Health_AllKeys_AreMapped()
    {
        HealthOptions health = Yaml("{path: /health, interval: 2s, timeout: 3s, healthy-after: 4, unhealthy-after: 5, eject-after: 6}").Options().Providers[0].Health;
        Assert.Equal(
            new HealthOptions { Path = "/health", Interval = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(3), HealthyAfter = 4, UnhealthyAfter = 5, EjectAfter = 6 },
            health);
    }

    [Fact]
    public void Health_Absent_IsTheDefault() => Assert.Equal(new HealthOptions(), Load.Yaml(Load.Minimal).Options().Providers[0].Health);

    [Theory]
    [InlineData("{interval: 0}", "health.interval", "no time at all")]
    [InlineData("{interval: 1ms}", "health.interval", "would flood the upstream — write at least 10ms")]
    [InlineData("{timeout: 0s}", "health.timeout", "no time at all")]
    [InlineData("{healthy-after: 0}", "health.healthy-after", "write a number from 1 to 1000")]
    [InlineData("{unhealthy-after: -1}", "health.unhealthy-after", "write a number from 1 to 1000")]
    [InlineData("{eject-after: many}", "health.eject-after", "write a number from 1 to 1000")]
    [InlineData("{path: health}", "health.path", "write it as in /health")]
    [InlineData("{path: 'http://a/health'}", "health.path", "write the path alone")]
    [InlineData("{path: '/he alth'}", "health.path", "percent-encode")]
    [InlineData("{path: '/health#x'}", "health.path", "percent-encode")]
    [InlineData("{pth: /health}", "health.pth", "did you mean `path`?")]
    public void Health_Nonsense_IsAnErrorWithAFix(string section, string path, string expected)
    {
        string error = Yaml(section).Error().ToString();
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static Load Yaml(string section) => Load.Yaml($"providers:\n  a: {{type: dynamo, base-url: http://a:8000, health: {section}}}\n");
}
