using Gateway.Caching;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Caching;

public sealed class CacheDirectivesTests
{
    [Fact]
    public void Of_NoHeader_Nothing() => Assert.Equal(default, CacheDirectives.Of(new HeaderDictionary()));

    [Theory]
    [InlineData("no-store", true, false, false, null)]
    [InlineData("no-cache", false, true, false, null)]
    [InlineData("only-if-cached", false, false, true, null)]
    [InlineData("max-age=30", false, false, false, 30L)]
    [InlineData("Max-Age=\"30\", ONLY-IF-CACHED", false, false, true, 30L)]
    [InlineData("no-cache , max-age=0", false, true, false, 0L)]
    [InlineData("max-age=-1", false, false, false, null)]
    [InlineData("max-age=soon, private, ,x", false, false, false, null)]
    public void Of_CacheControl_IsRead(string value, bool bypasses, bool wantsNew, bool onlyIfCached, long? maxAge)
    {
        CacheDirectives directives = CacheDirectives.Of(new HeaderDictionary { ["Cache-Control"] = value });

        Assert.Equal((bypasses, wantsNew, onlyIfCached, maxAge), (directives.Bypasses, directives.WantsNew, directives.OnlyIfCached, directives.MaxAge));
    }

    [Theory]
    [InlineData("bypass", true, false)]
    [InlineData("USE", false, true)]
    [InlineData("maybe", false, false)]
    public void Of_OwnHeader_IsRead(string value, bool bypasses, bool asks)
    {
        CacheDirectives directives = CacheDirectives.Of(new HeaderDictionary { ["x-gateway-cache"] = value });

        Assert.Equal((bypasses, asks), (directives.Bypasses, directives.AsksForCache));
    }

    [Fact]
    public void Of_SeveralLines_AllAreRead()
    {
        CacheDirectives directives = CacheDirectives.Of(new HeaderDictionary { ["Cache-Control"] = new(["no-cache", "max-age=5"]) });

        Assert.True(directives is { WantsNew: true, MaxAge: 5, AsksForCache: true });
    }
}
