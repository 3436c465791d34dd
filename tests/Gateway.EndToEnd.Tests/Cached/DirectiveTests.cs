using System.Globalization;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>What clients may say of the cache, beyond one word: ages, several at once, spellings, and asking for it.</summary>
public sealed class DirectiveTests
{
    [Fact]
    public async Task Age_OfAHit_GrowsAndMaxAgeIsCompared()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        RawResponse miss = await stage.AskAndKeepAsync();
        Assert.Null(miss.Header("age"));
        Assert.Equal("hit", await MetAsync(stage, "max-age=3600"));

        await Serving.EventuallyAsync(async () => int.Parse((await stage.AskAsync()).Header("age")!, CultureInfo.InvariantCulture) >= 1, "it does not grow older");
        Assert.Equal("hit", await MetAsync(stage, "max-age=3600"));
        // Older than that: asked anew, and kept.
        Assert.Equal("miss", await MetAsync(stage, "max-age=1"));
        RawResponse newer = await stage.AskAsync();
        Assert.Equal((200, "hit"), CachedStage.Met(newer));
        Assert.Contains("answer-2", newer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cache-Control: NO-STORE\r\n", 200, "bypass")]
    [InlineData("Cache-Control: max-age=60, no-store\r\n", 200, "bypass")]
    [InlineData("Cache-Control: max-age=60\r\nCache-Control: no-cache\r\n", 200, "miss")]
    [InlineData("Cache-Control: no-cache, only-if-cached\r\n", 504, null)]
    [InlineData("Cache-Control: no-store, only-if-cached\r\n", 504, null)]
    [InlineData("Cache-Control: max-age=0, only-if-cached\r\n", 504, null)]
    [InlineData("Cache-Control: max-age=60, only-if-cached\r\n", 200, "hit")]
    [InlineData("Cache-Control: max-age=\"60\"\r\n", 200, "hit")]
    [InlineData("Cache-Control: max-age=soon, no-transform, x=y\r\n", 200, "hit")]
    [InlineData("Cache-Control: only-if-cached\r\nx-gateway-cache: bypass\r\n", 504, null)]
    [InlineData("x-gateway-cache: use\r\n", 200, "hit")]
    [InlineData("Pragma: no-cache\r\n", 200, "hit")]
    public async Task Directives_Together_TheStrictestHolds(string headers, int status, string? met)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        await stage.AskAndKeepAsync();
        foreach (bool stream in new[] { true, false })
        {
            RawResponse response = await stage.AskAsync(stream, headers);
            Assert.Equal(status, response.Status);
            if (status == 504)
                Assert.Equal("not_cached", response.ErrorCode);
            else
                Assert.Equal(met, response.Header("x-gateway-cache"));
        }
    }

    [Theory]
    [InlineData("", "bypass", "bypass")]
    [InlineData("x-gateway-cache: use\r\n", "miss", "hit")]
    [InlineData("Cache-Control: max-age=60\r\n", "miss", "hit")]
    [InlineData("Cache-Control: max-age=0\r\n", "bypass", "bypass")]
    public async Task WhenRequest_OnlyWhoAsks_IsCached(string headers, string first, string second)
    {
        await using CachedStage stage = await CachedStage.StartAsync(", when: request");
        Assert.Equal((200, first), CachedStage.Met(await stage.Stage.AskAsync(headers: headers)));
        Assert.Equal((200, second), CachedStage.Met(await stage.Stage.AskAsync(headers: headers)));
    }

    [Theory]
    [InlineData("\"temperature\":0.0,")]
    [InlineData("\"temperature\":0e5,")]
    [InlineData("\"seed\":7,")]
    [InlineData("\"seed\":7,\"temperature\":1,\"n\":1,")]
    public async Task WhenDeterministic_TemperatureOrSeed_IsCached(string fields)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        Assert.Equal((200, "miss"), CachedStage.Met(await stage.Stage.AskAsync(fields: fields)));
        Assert.Equal((200, "hit"), CachedStage.Met(await stage.Stage.AskAsync(fields: fields)));
    }

    private static async Task<string?> MetAsync(CachedStage stage, string directive) => (await stage.AskAsync(headers: $"Cache-Control: {directive}\r\n")).Header("x-gateway-cache");
}
