using System.Net.Sockets;
using System.Text;

namespace Gateway.EndToEnd.Tests.Hostile;

/// <summary>A client that sends exactly the bytes it is given and reads only when it is told to.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly StringBuilder _received = new();
    private bool _ended;

    private RawClient()
    {
    }

    /// <summary>Everything read so far, in Latin-1.</summary>
    public string Received => _received.ToString();

    /// <param name="gateway">Where to connect.</param>
    /// <param name="receiveBuffer">Bytes; zero: the system's default.</param>
    public static async Task<RawClient> ConnectAsync(Uri gateway, int receiveBuffer = 0)
    {
        RawClient client = new();
        if (receiveBuffer > 0)
            client._socket.ReceiveBufferSize = receiveBuffer;
        await client._socket.ConnectAsync(gateway.Host, gateway.Port);
        return client;
    }

    /// <summary>Connects and posts a JSON body.</summary>
    public static async Task<RawClient> PostAsync(Uri gateway, string path, string body, string headers = "", int receiveBuffer = 0)
    {
        RawClient client = await ConnectAsync(gateway, receiveBuffer);
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}");
        return client;
    }

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads until <paramref name="marker"/> has come.</summary>
    public async Task<string> ReadUntilAsync(string marker)
    {
        while (!Received.Contains(marker, StringComparison.Ordinal))
        {
            if (!await ReadAsync())
                throw new EndOfStreamException($"'{marker}' did not come; there was: {Received}");
        }

        return Received;
    }

    /// <summary>Reads what comes next.</summary>
    public async Task ReadSomeAsync()
    {
        if (!await ReadAsync())
            throw new EndOfStreamException("The connection ended; there was: " + Received);
    }

    /// <summary>Reads until the peer closes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReadAsync())
        {
        }

        return Received;
    }

    /// <summary>Reads one response to the end its framing announces.</summary>
    public async Task<RawResponse> ReadResponseAsync()
    {
        while (true)
        {
            if (RawResponse.TryParse(Received, _ended) is { } response)
                return response;
            if (_ended)
                throw new EndOfStreamException("The response was cut: " + Received);
            await ReadAsync();
        }
    }

    /// <summary>As <see cref="ReadResponseAsync"/> for a chunked stream, looking for its end only.</summary>
    public async Task<RawResponse> ReadBigResponseAsync()
    {
        while (!EndsWithLastChunk())
            await ReadSomeAsync();
        return RawResponse.TryParse(Received, _ended)!;
    }

    /// <summary>FIN: nothing more will be sent, answers are still read.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>RST.</summary>
    public void Reset() => _socket.Close(timeout: 0);

    public void Dispose() => _socket.Dispose();

    private bool EndsWithLastChunk() => _received.Length > 7 && _received.ToString(_received.Length - 7, 7) == "\r\n0\r\n\r\n";

    private async Task<bool> ReadAsync()
    {
        try
        {
            using CancellationTokenSource patience = new(Patience, TimeProvider.System);
            int bytes = await _socket.ReceiveAsync(_buffer, patience.Token);
            _received.Append(Encoding.Latin1.GetString(_buffer, 0, bytes));
            _ended = bytes == 0;
        }
        catch (SocketException)
        {
            _ended = true;
        }

        return !_ended;
    }
}
