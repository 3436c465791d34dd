using Gateway.Configuration;
using Gateway.Health;
using Gateway.Models;
using Gateway.Upstream;

namespace Gateway.Tests.Configuration;

public sealed class NimProviderTests
{
    [Fact]
    public void Load_NimAlone_HasItsDefaults()
    {
        ProviderOptions nim = One("{type: nim, api-key: ' Bearer nvapi-x '}");

        Assert.Equal((ProviderType.Nim, "https://integrate.api.nvidia.com/", "nvapi-x"), (nim.Type, nim.BaseUrls.Single().AbsoluteUri, nim.ApiKey?.Reveal()));
        Assert.Equal((StreamOptionsMode.Adaptive, MaxTokensField.MaxTokens), (nim.Request.StreamOptions, nim.Request.MaxTokensField));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(300)), (nim.Timeouts.Connect, nim.Timeouts.Idle));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10)), (nim.Health.Interval, nim.Health.Timeout));
        Assert.False(nim.HasNoModels);
    }

    [Fact]
    public void Load_NimWithItsOwnWords_KeepsThem()
    {
        ProviderOptions nim = One("{type: nim, base-url: 'http://nim:8000/v1', request: {stream-options: drop, max-tokens-field: keep}, timeouts: {connect: 1s}}");

        Assert.Equal((StreamOptionsMode.Drop, MaxTokensField.Keep, TimeSpan.FromSeconds(1)), (nim.Request.StreamOptions, nim.Request.MaxTokensField, nim.Timeouts.Connect));
        Assert.Equal(TimeSpan.FromSeconds(5), nim.Health.Interval);
    }

    [Fact]
    public void Load_AdaptiveElsewhere_IsTaken() =>
        Assert.Equal(StreamOptionsMode.Adaptive, One("{type: openai, base-url: 'http://o', request: {stream-options: adaptive}}").Request.StreamOptions);

    [Theory]
    [InlineData("{type: nim}", true)]
    [InlineData("{type: nim, models: [m]}", false)]
    [InlineData("{type: nim, base-url: 'http://nim:8000'}", false)]
    [InlineData("{type: nim, request: {headers: {Authorization: Bearer x}}}", false)]
    [InlineData("{type: openai, base-url: 'https://integrate.api.nvidia.com'}", false)]
    public void HasNoModels_HostedWithoutKeyAndModels_IsTrue(string provider, bool expected)
    {
        ProviderOptions options = One(provider);
        Assert.Equal(expected, options.HasNoModels);

        using Provider running = new(options, TimeProvider.System, ProviderHealth.Alone("a"));
        Assert.Equal(expected, running.StaticModels is { Count: 0 });
        if (expected)
        {
            Assert.False(running.IsUsable || running.Serves("m") || ReplicaListing.IsUseful(running));
            Assert.Empty(ModelCatalog.ListedBy(running));
        }
    }

    private static ProviderOptions One(string provider) => Load.Yaml($"providers:\n  a: {provider}\n").Options().Providers.Single();
}
