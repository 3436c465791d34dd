using Gateway.Admin;
using Gateway.Configuration;
using Gateway.Failures;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Admin;

/// <summary>Who is let in to the admin listener.</summary>
public sealed class AdminAccessTests
{
    [Theory]
    [InlineData("Bearer a-token", true)]
    [InlineData("bearer a-token", true)]
    [InlineData("Bearer  a-token ", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("a-token", false)]
    [InlineData("Basic a-token", false)]
    [InlineData("Bearer", false)]
    [InlineData("Bearer ", false)]
    [InlineData("Bearer a-toke", false)]
    [InlineData("Bearer a-tokenn", false)]
    [InlineData("Bearer A-TOKEN", false)]
    public void Token_Set_IsAskedForWhateverTheNameIs(string? authorization, bool isLetIn)
    {
        DefaultHttpContext http = Request("GET", "gateway.example");
        if (authorization is not null)
            http.Request.Headers.Authorization = authorization;

        Failure? refusal = new AdminAccess(static () => new Secret("a-token")).Refusal(http.Request);

        Assert.Equal(isLetIn ? null : FailureCode.InvalidAdminToken, refusal?.Code);
        Assert.DoesNotContain("a-token", refusal?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Token_GivenTwice_IsRefused()
    {
        DefaultHttpContext http = Request("GET", "localhost");
        http.Request.Headers.Authorization = new(["Bearer a-token", "Bearer a-token"]);

        Assert.Equal(FailureCode.InvalidAdminToken, new AdminAccess(static () => new Secret("a-token")).Refusal(http.Request)?.Code);
    }

    [Theory]
    [InlineData("127.0.0.1:9091", true)]
    [InlineData("127.8.0.1", true)]
    [InlineData("[::1]:9091", true)]
    [InlineData("localhost:1234", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("", true)]
    [InlineData("evil.example:9091", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost.evil.example:9091", false)]
    [InlineData("10.0.0.1:9091", false)]
    [InlineData("[2001:db8::1]:9091", false)]
    public void NoToken_OnlyLoopbackNames_AreAnswered(string host, bool isLetIn)
    {
        Failure? refusal = new AdminAccess(static () => null).Refusal(Request("GET", host).Request);

        Assert.Equal(isLetIn ? null : FailureCode.ForeignHost, refusal?.Code);
        Assert.True(isLetIn || refusal!.Status == 421);
    }

    [Theory]
    [InlineData("POST", FailureCode.CrossOrigin)]
    [InlineData("DELETE", FailureCode.CrossOrigin)]
    [InlineData("GET", null)]
    public void Token_FromAForeignPage_MayNotChangeAnything(string method, object? expected)
    {
        DefaultHttpContext http = Request(method, "gateway.example:9091");
        http.Request.Headers.Authorization = "Bearer a-token";
        http.Request.Headers.Origin = "https://evil.example";

        Assert.Equal((FailureCode?)expected, new AdminAccess(static () => new Secret("a-token")).Refusal(http.Request)?.Code);
    }

    private static DefaultHttpContext Request(string method, string host)
    {
        DefaultHttpContext http = new();
        http.Request.Method = method;
        http.Request.Host = new HostString(host);
        return http;
    }
}
