using System.Text;
using Gateway.Streaming;
using Gateway.Streaming.Requests;

namespace Gateway.Tests.Requests;

/// <summary>A valid request body and what the scan found in it.</summary>
internal sealed class ScannedRequest
{
    public ScannedRequest(string json, Endpoint endpoint = Endpoint.ChatCompletions)
    {
        Body = Encoding.UTF8.GetBytes(json);
        Assert.Null(RequestScanner.Scan(Body, endpoint, Fields));
    }

    public byte[] Body { get; }

    public RequestFields Fields { get; } = new();
}
