using System.Net.Sockets;
using System.Text;

namespace Gateway.EndToEnd.Tests.Hostile;

/// <summary>One connection the gateway opened to a <see cref="ScriptedUpstream"/>: exact bytes both ways.</summary>
internal sealed class UpstreamConnection(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _received = "";

    /// <summary>The next request as it was on the wire; null when the gateway closed instead.</summary>
    public async Task<string?> ReadRequestAsync()
    {
        while (true)
        {
            int head = _received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            if (head >= 4 && _received.Length >= head + LengthOf(_received[..head]))
            {
                int length = head + LengthOf(_received[..head]);
                string request = _received[..length];
                _received = _received[length..];
                return request;
            }

            int bytes = await ReadAsync();
            if (bytes == 0)
                return null;
            _received += Encoding.Latin1.GetString(_buffer, 0, bytes);
        }
    }

    public async Task WriteAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>One chunk of a chunked body.</summary>
    public Task ChunkAsync(string text) => WriteAsync($"{text.Length:x}\r\n{text}\r\n");

    /// <summary>Completes when the gateway has closed or reset this connection.</summary>
    public async Task ClosedAsync()
    {
        while (await ReadAsync() > 0)
        {
        }
    }

    /// <summary>FIN.</summary>
    public void End() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>RST.</summary>
    public void Reset() => socket.Close(timeout: 0);

    public void Dispose() => _stream.Dispose();

    private async Task<int> ReadAsync()
    {
        try
        {
            return await _stream.ReadAsync(_buffer);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private static int LengthOf(string head)
    {
        string? field = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return field is null ? 0 : int.Parse(field["Content-Length:".Length..]);
    }
}
