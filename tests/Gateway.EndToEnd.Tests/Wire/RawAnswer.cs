using System.Globalization;
using System.Text;

namespace Gateway.EndToEnd.Tests.Wire;

/// <summary>An HTTP/1.1 response as it came.</summary>
internal sealed class RawAnswer
{
    private readonly byte[] _received;
    private readonly int _bodyStart;

    internal RawAnswer(byte[] received)
    {
        _received = received;
        int end = received.AsSpan().IndexOf("\r\n\r\n"u8);
        Assert.True(end > 0, $"No response head in: {Encoding.Latin1.GetString(received)}");
        _bodyStart = end + 4;
        string[] lines = Encoding.Latin1.GetString(received, 0, end).Split("\r\n");
        Status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        Headers = lines[1..].Select(line => line.Split(':', 2)).ToLookup(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        Body = IsChunked ? Dechunk() : received[_bodyStart..];
        if (Header("content-length") is { } length)
            IsWhole = Body.Length == int.Parse(length, CultureInfo.InvariantCulture);
    }

    internal int Status { get; }

    internal ILookup<string, string> Headers { get; }

    /// <summary>Without the transfer coding; what came of it when it was cut.</summary>
    internal byte[] Body { get; }

    internal string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Whether the body came to the end that its framing announced.</summary>
    internal bool IsWhole { get; private set; } = true;

    private bool IsChunked => Headers["transfer-encoding"].Contains("chunked", StringComparer.OrdinalIgnoreCase);

    internal string? Header(string name) => Headers[name].SingleOrDefault();

    private byte[] Dechunk()
    {
        using MemoryStream body = new();
        ReadOnlySpan<byte> rest = _received.AsSpan(_bodyStart);
        while (true)
        {
            int line = rest.IndexOf("\r\n"u8);
            if (line < 0)
                break;
            int size = int.Parse(rest[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            rest = rest[(line + 2)..];
            if (size == 0)
                return body.ToArray();
            if (rest.Length < size + 2)
            {
                body.Write(rest);
                break;
            }

            body.Write(rest[..size]);
            rest = rest[(size + 2)..];
        }

        IsWhole = false;
        return body.ToArray();
    }
}
