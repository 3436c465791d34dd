using Gateway.Configuration;
using TestKit.Sockets;

namespace Gateway.Tests.Configuration;

public sealed class LimitsSectionTests : IDisposable
{
    private readonly TestCertificates _certificates = TestCertificates.Create(TimeProvider.System);

    private string Authority => File.ReadAllText(_certificates.CaFile);

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public void Limits_AllKeys_AreMapped()
    {
        SharedLimitOptions limits = Assert.IsType<SharedLimitOptions>(Yaml("{redis: 'rediss://me:${PASSWORD}@cache:7000/2', timeout: 20ms, tls-ca: ca.pem}")
            .With("PASSWORD", "s3cret").WithFile("ca.pem", Authority).Options().Limits);
        Assert.Equal(("cache", 7000, true, "me", "s3cret", 2), (limits.Redis.Host, limits.Redis.Port, limits.Redis.UseTls, limits.Redis.User, limits.Redis.Password?.Reveal(), limits.Redis.Database));
        Assert.Equal((TimeSpan.FromMilliseconds(20), "ca.pem"), (limits.Timeout, limits.TlsCaFile));
        Assert.DoesNotContain("s3cret", $"{limits}", StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_Absent_IsNone() => Assert.Null(Load.Yaml(Load.Minimal).Options().Limits);

    [Fact]
    public void Limits_Url_IsASecret() =>
        Assert.Equal("***", Assert.Single(Yaml("{redis: 'redis://:PLANTED@cache'}").Result().Values, value => value.Path == "limits.redis").Text);

    [Theory]
    [InlineData("{timeout: 20ms}", "limits.redis", "is missing")]
    [InlineData("{redis: 'http://PLANTED'}", "limits.redis", "not a Redis URL — write redis://")]
    [InlineData("{redis: ''}", "limits.redis", "not a Redis URL")]
    [InlineData("{redis: 'redis://PLANTED@cache'}", "limits.redis", "a user without a password")]
    [InlineData("{redis: 'redis://cache', tls-ca: ca.pem}", "limits.tls-ca", "goes with rediss:// only")]
    [InlineData("{redis: 'rediss://cache', tls-ca: no.pem}", "limits.tls-ca", "does not exist")]
    [InlineData("{redis: 'redis://cache', timeout: 0}", "limits.timeout", "no time at all")]
    [InlineData("{redis: 'redis://cache', time-out: 1s}", "limits.time-out", "did you mean `timeout`?")]
    public void Limits_Nonsense_IsAnErrorWithAFixAndNoSecret(string section, string path, string expected)
    {
        string error = Yaml(section).WithFile("ca.pem", Authority).Error().ToString();
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("PLANTED", error, StringComparison.Ordinal);
    }

    private static Load Yaml(string section) => Load.Yaml($"{Load.Minimal}limits: {section}\n");
}
