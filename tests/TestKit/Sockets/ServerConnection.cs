using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TestKit.Sockets;

/// <summary>One accepted connection: reads requests, writes what it is told, sees how it is closed.</summary>
public sealed class ServerConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly List<byte> _received = [];

    private ServerConnection(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    internal static async Task<ServerConnection> StartAsync(Socket socket, X509Certificate2? certificate)
    {
        var wire = new NetworkStream(socket, ownsSocket: true);
        if (certificate is null)
        {
            return new ServerConnection(socket, wire);
        }
        var stream = new SslStream(wire);
        await stream.AuthenticateAsServerAsync(certificate);
        return new ServerConnection(socket, stream);
    }

    /// <summary>The next request, head and Content-Length body, as text.</summary>
    public Task<string> ReadRequestAsync([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        => ReadRequestCoreAsync().OrFail("no whole request came", file, line);

    /// <summary>Reads until <paramref name="count"/> bytes of a request are there and leaves the rest.</summary>
    public Task ReadAtLeastAsync(int count, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        => ReadUntilAsync(() => _received.Count >= count).OrFail("too little came", file, line);

    /// <summary>What was read and is no part of a request that was returned.</summary>
    public string Received => Text();

    public async Task WriteAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes);

    /// <summary>Completes when the peer has closed; whatever it still sends is dropped. True for a reset, false for an orderly end.</summary>
    public Task<bool> ClosedAsync([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        => DrainAsync().OrFail("the peer did not close", file, line);

    /// <summary>Sends FIN (after unsent data); pending input turns it into a reset.</summary>
    public void Close() => _stream.Dispose();

    public void Reset() => _socket.Close(timeout: 0);

    public void Dispose() => _stream.Dispose();

    private async Task<string> ReadRequestCoreAsync()
    {
        int headEnd = -1;
        await ReadUntilAsync(() => (headEnd = Text().IndexOf("\r\n\r\n", StringComparison.Ordinal)) >= 0);
        string head = Text()[..(headEnd + 4)];
        int length = head.Length;
        foreach (string field in head.Split("\r\n"))
        {
            if (field.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
            {
                length += int.Parse(field["content-length:".Length..]);
            }
        }
        await ReadUntilAsync(() => _received.Count >= length);
        string request = Text()[..length];
        _received.RemoveRange(0, length);
        return request;
    }

    private string Text() => Encoding.Latin1.GetString(_received.ToArray());

    private async Task ReadUntilAsync(Func<bool> done)
    {
        byte[] buffer = new byte[16 * 1024];
        while (!done())
        {
            int bytes = await _stream.ReadAsync(buffer);
            if (bytes == 0)
            {
                throw new EndOfStreamException("The peer closed inside a request.");
            }
            _received.AddRange(buffer.AsSpan(0, bytes));
        }
    }

    private async Task<bool> DrainAsync()
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await _stream.ReadAsync(buffer) > 0)
            {
            }
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
