using System.Net.Sockets;
using System.Text;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Operating;

/// <summary>Random request heads on raw sockets: an HTTP answer or a closed connection, and a gateway that goes on.</summary>
public sealed class HostileHeadTests
{
    private const int Rounds = 400;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string[] Pieces =
    [
        "GET ", "POST ", "OPTIONS ", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "/v1/chat/completions", "/v1/models", "/router/", "/ai/v1/models/", "/%2e%2e/%00", "/v1/models/%", "//", "?a=b&", "*", "http://evil/",
        " HTTP/1.1\r\n", " HTTP/1.0\r\n", " HTTP/9.9\r\n", "\r\n", "\n", "\r", "\0", "\u00ff", ":", " ", "\t",
        "Host: g\r\n", "Host: a\r\nHost: b\r\n", "Content-Length: 2\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Content-Type: application/json\r\n", "Expect: 100-continue\r\n", "Connection: close, upgrade\r\n", "Upgrade: h2c\r\n", "x-request-id: \u0001\r\n", "x-gateway-timeout: -1s\r\n", "x-gateway-timeout: 9e99h\r\n",
        "traceparent: 00-zz\r\n", "Authorization: Bearer \r\n", "Origin: null\r\n", "Access-Control-Request-Method: POST\r\n", "Accept-Encoding: gzip\r\n", "Cookie: a=b\r\n", "x-dynamo-session-id: \u00e9\r\n", " folded\r\n",
        "{}", "{\"model\":", "0\r\n\r\n", "ffffffffffffffff\r\n", "5;ext=\"\r\nhello\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000",
    ];

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Head_OfRandomPieces_GetsAnAnswerOrIsClosed(int seed)
    {
        await using GatewayProcess gateway = await OperatedGateway.StartAsync("cors: ['https://chat.example'], max-connections: 1000");
        Random random = new(seed);
        for (int round = 0; round < Rounds; round++)
        {
            string head = Head(random);
            foreach (Uri listener in (Uri[])[gateway.Address, gateway.AdminAddress])
            {
                string answer = await SendAsync(listener, head);
                // The preface of HTTP/2 is answered with that protocol's own way of saying no.
                bool isHttp2 = head.Contains("PRI * HTTP/2.0", StringComparison.Ordinal);
                Assert.True(answer.Length == 0 || isHttp2 || answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), $"seed {seed}, round {round}: {Uri.EscapeDataString(head)} → {answer}");
                Assert.False(answer.StartsWith("HTTP/1.1 500", StringComparison.Ordinal), $"seed {seed}, round {round}: {Uri.EscapeDataString(head)} → {answer}");
            }
        }

        using HttpClient http = new();
        Assert.True((await http.GetAsync(new Uri(gateway.Address, "/health/ready"))).IsSuccessStatusCode);
        await gateway.IdleAsync();
        Assert.DoesNotContain("Unhandled exception", gateway.StandardError, StringComparison.OrdinalIgnoreCase);
    }

    private static string Head(Random random)
    {
        StringBuilder head = new();
        if (random.Next(2) == 0)
            head.Append(Pieces[random.Next(2)]).Append(Pieces[random.Next(4, 9)]).Append(" HTTP/1.1\r\nHost: g\r\n");
        for (int piece = random.Next(1, 12); piece > 0; piece--)
            head.Append(Pieces[random.Next(Pieces.Length)]);
        if (random.Next(4) == 0)
            head.Append("x-long: ").Append('a', random.Next(70_000)).Append("\r\n");
        if (random.Next(3) > 0)
            head.Append("\r\n\r\n");
        if (head.Length > 0 && random.Next(3) == 0)
            head[random.Next(head.Length)] = (char)random.Next(256);
        return head.ToString();
    }

    /// <summary>Sends all of it and the end, and reads what comes until the gateway closes.</summary>
    private static async Task<string> SendAsync(Uri listener, string head)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        StringBuilder answer = new();
        byte[] buffer = new byte[16 << 10];
        using CancellationTokenSource patience = new(Patience, TimeProvider.System);
        try
        {
            await socket.ConnectAsync(listener.Host, listener.Port);
            await socket.SendAsync(Encoding.Latin1.GetBytes(head), patience.Token);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(buffer, patience.Token) is > 0 and var bytes)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, bytes));
        }
        catch (SocketException)
        {
            // Reset: closed as well.
        }

        return answer.ToString();
    }
}
