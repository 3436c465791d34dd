using System.Net.Sockets;
using System.Text;

namespace Gateway.EndToEnd.Tests.Wire;

/// <summary>A client that sends exactly these bytes and takes whatever comes until the other side closes.</summary>
internal static class RawClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Posts a JSON body; header lines are written as given.</summary>
    internal static Task<RawAnswer> PostAsync(Uri server, string path, string body, params string[] headerLines) =>
        SendAsync(server, "POST", path, body, ["Content-Type: application/json", $"Content-Length: {Encoding.UTF8.GetByteCount(body)}", .. headerLines]);

    internal static Task<RawAnswer> GetAsync(Uri server, string path, params string[] headerLines) => SendAsync(server, "GET", path, "", headerLines);

    /// <summary>One request on its own connection, which it asks to close unless the lines say something about the connection.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="method">POST, GET, …</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">Written as it is after the head.</param>
    /// <param name="headerLines">Written as they are.</param>
    /// <param name="untilClosed">Whether the answer ends when the server closes; else when its own framing says so.</param>
    internal static async Task<RawAnswer> SendAsync(Uri server, string method, string path, string body, string[] headerLines, bool untilClosed = true)
    {
        string[] close = headerLines.Any(line => line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase)) ? [] : ["Connection: close"];
        string head = string.Join("\r\n", [$"{method} {path} HTTP/1.1", $"Host: {server.Authority}", .. close, .. headerLines]);
        using TcpClient client = new();
        await client.ConnectAsync(server.Host, server.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"{head}\r\n\r\n{body}"));
        using MemoryStream received = new();
        byte[] buffer = new byte[64 << 10];
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        int bytes;
        while ((bytes = await stream.ReadAsync(buffer, limit.Token)) > 0)
        {
            received.Write(buffer, 0, bytes);
            if (!untilClosed && new RawAnswer(received.ToArray()).IsWhole)
                break;
        }

        return new(received.ToArray());
    }
}
