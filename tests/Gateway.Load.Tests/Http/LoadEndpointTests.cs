using Gateway.Load.Http;

namespace Gateway.Load.Tests.Http;

public sealed class LoadEndpointTests
{
    [Theory]
    [InlineData("http://[::1]:8080", "[::1]:8080", "::1")]
    [InlineData("https://[::1]", "[::1]", "::1")]
    [InlineData("http://127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1")]
    public async Task Resolve_Url_HasItsHostHeaderAndItsNameForTheCertificate(string url, string host, string name)
    {
        LoadEndpoint endpoint = await LoadEndpoint.ResolveAsync(new Uri(url), insecure: false, CancellationToken.None);

        Assert.Equal((host, name), (endpoint.Host, endpoint.Name));
        Assert.Equal(name, endpoint.TlsOptions().TargetHost);
    }
}
