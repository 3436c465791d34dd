using Gateway.Credentials;
using Gateway.Telemetry;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>The gateway's own small questions to an upstream (model listings): bounded in time and size, never on behalf of a client.</summary>
internal static class UpstreamQuery
{
    private const int MaxBody = 8 << 20;

    /// <summary>Sends a GET; disposes everything but the body.</summary>
    /// <returns>Status 0 when there was no whole answer.</returns>
    internal static async Task<(int Status, byte[] Body)> GetAsync(Replica replica, string path, CancellationToken cancellation)
    {
        try
        {
            return await AskAsync(replica, path, cancellation);
        }
        catch (UpstreamTransportException)
        {
            return (0, []);
        }
    }

    /// <summary>As <see cref="GetAsync"/>, for who wants to know why there is no answer. Status 0 when the answer was cut short, or there is no credential.</summary>
    /// <exception cref="UpstreamTransportException">There is none.</exception>
    internal static async Task<(int Status, byte[] Body)> AskAsync(Replica replica, string path, CancellationToken cancellation)
    {
        if (await replica.Provider.Credentials.GetAsync(cancellation) is not { } credential)
            return (0, []);
        using PooledBuffer buffer = new();
        WriteHead(buffer, replica, path, credential);
        using Http1Exchange exchange = await replica.Pool.SendAsync(buffer.Written, default, cancellation);
        int status = exchange.Response.StatusCode;
        if (status == 401)
            replica.Provider.Credentials.Reject(credential);
        using UnaryBody body = new();
        return await body.ReadAsync(exchange.Body, exchange.Response.ContentLength, MaxBody) ? (status, body.Memory.ToArray()) : (0, []);
    }

    private static void WriteHead(PooledBuffer buffer, Replica replica, string path, Credential credential)
    {
        RequestHeadWriter head = new(buffer);
        UpstreamRequest.StartLine(head, replica, path, "", "", "GET"u8);
        head.Header("Accept"u8, "application/json"u8);
        head.Header("User-Agent"u8, ProductName.UserAgent);
        UpstreamRequest.WriteProviderHeaders(head, replica.Provider, credential);
        head.End();
    }
}
