using Gateway.Admission;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Admission;

/// <summary>The CORS protocol as browsers speak it.</summary>
public sealed class CorsPolicyTests
{
    private const string Page = "https://chat.example";

    [Theory]
    [InlineData(Page, Page, Page)]
    [InlineData("https://CHAT.example", Page, null)]
    [InlineData("http://chat.example", Page, null)]
    [InlineData("https://chat.example:8443", Page, null)]
    [InlineData("null", Page, null)]
    [InlineData(null, Page, null)]
    [InlineData(Page, "*", "*")]
    [InlineData("null", "*", "*")]
    [InlineData(null, "*", null)]
    public async Task Answer_OfARequest_AllowsItsOriginOnly(string? origin, string configured, string? allowed)
    {
        HttpResponse response = await SendAsync("POST", origin, configured);

        Assert.Equal(418, response.StatusCode);
        Assert.Equal(allowed ?? "", response.Headers.AccessControlAllowOrigin.ToString());
        Assert.Equal(configured == "*" ? "" : "Origin", response.Headers.Vary.ToString());
        Assert.Equal(allowed is not null, response.Headers.AccessControlExposeHeaders.ToString().Contains("x-request-id", StringComparison.Ordinal));
        Assert.Equal(0, response.Headers.AccessControlAllowCredentials.Count);
    }

    [Fact]
    public async Task Preflight_FromAnAllowedOrigin_IsAnsweredWithWhatItAsksFor()
    {
        HttpResponse response = await SendAsync("OPTIONS", Page, Page, "POST", "authorization,content-type,x-stainless-lang");

        Assert.Equal(204, response.StatusCode);
        Assert.Equal("authorization,content-type,x-stainless-lang", response.Headers.AccessControlAllowHeaders);
        Assert.Contains("POST", response.Headers.AccessControlAllowMethods.ToString(), StringComparison.Ordinal);
        Assert.Equal("7200", response.Headers.AccessControlMaxAge);
    }

    [Theory]
    [InlineData("https://evil.example", "POST")]
    [InlineData(Page, null)]
    public async Task Preflight_ThatIsNone_GoesOn(string origin, string? method)
    {
        HttpResponse response = await SendAsync("OPTIONS", origin, Page, method, "x-a");

        Assert.Equal(418, response.StatusCode);
        Assert.Equal(0, response.Headers.AccessControlAllowMethods.Count);
        Assert.Equal(0, response.Headers.AccessControlAllowHeaders.Count);
    }

    [Theory]
    [InlineData("x-a: b")]
    [InlineData("x-a\r\nset-cookie")]
    [InlineData("caf\u00e9")]
    [InlineData("")]
    public async Task Preflight_ForNoHeaderNames_AllowsNone(string asked)
    {
        HttpResponse response = await SendAsync("OPTIONS", Page, Page, "POST", asked);

        Assert.Equal(204, response.StatusCode);
        Assert.Equal(0, response.Headers.AccessControlAllowHeaders.Count);
    }

    [Theory]
    [InlineData(2048, true)]
    [InlineData(2049, false)]
    public async Task Preflight_ForNamesWithoutEnd_AllowsNone(int length, bool isAllowed)
    {
        HttpResponse response = await SendAsync("OPTIONS", Page, Page, "POST", new string('a', length));

        Assert.Equal(isAllowed, response.Headers.AccessControlAllowHeaders.Count > 0);
    }

    [Fact]
    public void NoOrigin_Configured_LeavesTheListenerAsItIs()
    {
        RequestDelegate next = static _ => Task.CompletedTask;

        Assert.Same(next, CorsPolicy.Around([], next));
    }

    private static async Task<HttpResponse> SendAsync(string method, string? origin, string configured, string? preflightMethod = null, string? preflightHeaders = null)
    {
        DefaultHttpContext http = new();
        http.Request.Method = method;
        if (origin is not null)
            http.Request.Headers.Origin = origin;
        if (preflightMethod is not null)
            http.Request.Headers.AccessControlRequestMethod = preflightMethod;
        if (preflightHeaders is not null)
            http.Request.Headers.AccessControlRequestHeaders = preflightHeaders;
        await CorsPolicy.Around([configured], static inner =>
        {
            inner.Response.StatusCode = 418;
            return Task.CompletedTask;
        })(http);
        return http.Response;
    }
}
