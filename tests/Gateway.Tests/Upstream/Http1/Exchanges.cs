using System.Runtime.CompilerServices;
using System.Text;
using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Http1;

/// <summary>What most tests of this folder do: a pool onto a raw server, one request, its body as text.</summary>
internal static class Exchanges
{
    internal static readonly byte[] Get = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    internal static Http1Pool PoolTo(SocketServer server, Func<Http1PoolOptions, Http1PoolOptions>? with = null, TimeProvider? time = null)
    {
        var options = new Http1PoolOptions { Host = "127.0.0.1", Port = server.Port };
        return new Http1Pool(with?.Invoke(options) ?? options, time ?? TimeProvider.System);
    }

    internal static byte[] Post(int length) => Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");

    internal static Task<Http1Exchange> SendAsync(
        this Http1Pool pool, CancellationToken cancellationToken = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        => pool.SendAsync(Get, default, cancellationToken).OrFail("no response", file, line);

    /// <summary>As the pool does it: the request out, the response's head in.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal static async ValueTask RoundTripAsync(this Http1Connection connection, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body)
    {
        await connection.SendAsync(head, body);
        while (!connection.HasHead)
        {
            await connection.WaitForHeadAsync();
            connection.ReceiveHead();
        }
    }

    /// <summary>One request that the server answers with <paramref name="response"/>.</summary>
    internal static async Task<(Http1Exchange Exchange, ServerConnection Server)> AnsweredAsync(this Http1Pool pool, SocketServer server, string response)
    {
        Task<Http1Exchange> sending = pool.SendAsync();
        ServerConnection connection = await server.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.WriteAsync(response);
        return (await sending, connection);
    }

    internal static async Task<(string Text, ReadStatus End)> ReadAllAsync(
        this IByteSource body, int bufferBytes = 4096, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[bufferBytes];
        while (true)
        {
            ReadStatus status = body.Read(buffer, out int bytes);
            text.Append(Encoding.Latin1.GetString(buffer, 0, bytes));
            if (status is ReadStatus.End or ReadStatus.Broken)
            {
                return (text.ToString(), status);
            }
            if (status is ReadStatus.Blocked)
            {
                await body.WaitAsync().AsTask().OrFail("the body stalled", file, line);
            }
        }
    }

    internal static async Task<TransportFailure> FailureOf(Task<Http1Exchange> sending)
        => (await Assert.ThrowsAsync<UpstreamTransportException>(() => sending)).Kind;
}
