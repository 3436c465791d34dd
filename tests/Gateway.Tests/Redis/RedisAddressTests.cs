using Gateway.Redis;

namespace Gateway.Tests.Redis;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("redis://cache", "cache", 6379, false, null, null, 0)]
    [InlineData("redis://cache:7000/3", "cache", 7000, false, null, null, 3)]
    [InlineData("redis://cache/", "cache", 6379, false, null, null, 0)]
    [InlineData("rediss://10.0.0.1", "10.0.0.1", 6379, true, null, null, 0)]
    [InlineData("redis://[::1]:7000", "::1", 7000, false, null, null, 0)]
    [InlineData("redis://[::1]", "::1", 6379, false, null, null, 0)]
    [InlineData("redis://:s3cret@cache", "cache", 6379, false, null, "s3cret", 0)]
    [InlineData("redis://me:a%40b%2Fc%3A%25@cache", "cache", 6379, false, "me", "a@b/c:%", 0)]
    [InlineData("redis://me:a@b:c@cache", "cache", 6379, false, "me", "a@b:c", 0)]
    public void Parse_Url_IsUnderstood(string text, string host, int port, bool tls, string? user, string? password, int database)
    {
        Assert.Null(RedisAddress.Parse(text, out RedisAddress? address));
        Assert.Equal((host, port, tls, user, password, database), (address!.Host, address.Port, address.UseTls, address.User, address.Password?.Reveal(), address.Database));
    }

    [Theory]
    [InlineData("unix:///run/redis.sock", "/run/redis.sock", null, 0)]
    [InlineData("unix://:pw@/run/redis.sock?db=2", "/run/redis.sock", "pw", 2)]
    public void Parse_Socket_IsUnderstood(string text, string path, string? password, int database)
    {
        Assert.Null(RedisAddress.Parse(text, out RedisAddress? address));
        Assert.Equal((path, password, database), (address!.SocketPath, address.Password?.Reveal(), address.Database));
    }

    [Theory]
    [InlineData("", "not a Redis URL")]
    [InlineData("cache:6379", "not a Redis URL")]
    [InlineData("http://cache", "not a Redis URL")]
    [InlineData("redis://", "without a host")]
    [InlineData("redis://:6379", "without a host")]
    [InlineData("redis://ca che", "blanks")]
    [InlineData("redis://ca_che%", "neither a name nor an address")]
    [InlineData("redis://cache:0", "a port")]
    [InlineData("redis://cache:65536", "a port")]
    [InlineData("redis://cache:", "a port")]
    [InlineData("redis://cache:x", "a port")]
    [InlineData("redis://cache/x", "a database")]
    [InlineData("redis://cache/-1", "a database")]
    [InlineData("redis://cache?db=1", "a query")]
    [InlineData("redis://PLANTED@cache", "a user without a password")]
    [InlineData("redis://PLANTED:@cache", "a user without a password")]
    [InlineData("redis://me:PLANTED%zz@cache", "starts no percent-encoding")]
    [InlineData("redis://me:PLANTED/x@cache", "not percent-encoded")]
    [InlineData("unix://run/redis.sock", "absolute path")]
    [InlineData("unix:///run/redis.sock?x=1", "unknown query")]
    public void Parse_Nonsense_SaysWhatAndShowsNothing(string text, string expected)
    {
        (string problem, string fix) = Assert.NotNull(RedisAddress.Parse(text, out RedisAddress? address));
        Assert.Null(address);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("PLANTED", problem + fix, StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_WithPassword_ShowsNone()
    {
        RedisAddress.Parse("redis://me:PLANTED@cache/1", out RedisAddress? address);
        Assert.Equal("cache:6379", $"{address}");
    }
}
