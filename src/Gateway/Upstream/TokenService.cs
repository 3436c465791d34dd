using System.Text;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Telemetry;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>A provider's token service, reached with the provider's own trust and connect timeout.</summary>
internal sealed class TokenService(OAuth2Options options, Provider provider) : IDisposable
{
    private const int MaxReply = 64 << 10;

    private readonly Http1Pool _pool = provider.NewPool(options.TokenUrl, address: null);

    /// <summary>Sends one token request (<see cref="TokenPost"/>).</summary>
    internal async Task<(int Status, byte[] Body)> PostAsync(Secret form, Secret? authorization, CancellationToken cancellation)
    {
        byte[] body = Encoding.ASCII.GetBytes(form.Reveal());
        using PooledBuffer buffer = new();
        WriteHead(buffer, authorization, body.Length);
        try
        {
            using Http1Exchange exchange = await _pool.SendAsync(buffer.Written, body, cancellation);
            int status = exchange.Response.StatusCode;
            using UnaryBody reply = new();
            return await reply.ReadAsync(exchange.Body, exchange.Response.ContentLength, MaxReply) ? (status, reply.Memory.ToArray()) : (0, []);
        }
        catch (UpstreamTransportException)
        {
            return (0, []);
        }
    }

    public void Dispose() => _pool.Dispose();

    private void WriteHead(PooledBuffer buffer, Secret? authorization, int length)
    {
        RequestHeadWriter head = new(buffer);
        head.Start("POST"u8, Encoding.ASCII.GetBytes(options.TokenUrl.PathAndQuery), Replica.HostOf(options.TokenUrl));
        head.Header("Content-Type"u8, "application/x-www-form-urlencoded"u8);
        head.Header("Accept"u8, "application/json"u8);
        head.Header("Accept-Encoding"u8, "identity"u8);
        head.Header("User-Agent"u8, ProductName.UserAgent);
        if (authorization is not null)
            head.Header("Authorization"u8, authorization.Reveal());
        head.ContentLength(length);
        head.End();
    }
}
