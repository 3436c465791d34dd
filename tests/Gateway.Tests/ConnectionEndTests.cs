using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests;

public sealed class ConnectionEndTests : IConnectionLifetimeNotificationFeature
{
    private readonly DefaultHttpContext _http = new();
    private int _closes;

    public ConnectionEndTests() => _http.Features.Set<IConnectionLifetimeNotificationFeature>(this);

    CancellationToken IConnectionLifetimeNotificationFeature.ConnectionClosedRequested { get; set; }

    void IConnectionLifetimeNotificationFeature.RequestClose() => _closes++;

    [Theory]
    [InlineData("HTTP/1.0", "close")]
    [InlineData("HTTP/1.1", "close")]
    [InlineData("HTTP/2", "")]
    public void AfterUnreadBody_Protocol_IsSaidInHttp1Only(string protocol, string header)
    {
        _http.Request.Protocol = protocol;
        ConnectionEnd.AfterUnreadBody(_http);
        Assert.Equal((header, 0), (_http.Response.Headers.Connection.ToString(), _closes));
    }

    [Theory]
    [InlineData("HTTP/1.1", "close", 0)]
    [InlineData("HTTP/2", "", 1)]
    public void AfterThisRequest_Protocol_IsSaidInItsOwnWay(string protocol, string header, int closes)
    {
        _http.Request.Protocol = protocol;
        ConnectionEnd.AfterThisRequest(_http);
        Assert.Equal((header, closes), (_http.Response.Headers.Connection.ToString(), _closes));
    }
}
