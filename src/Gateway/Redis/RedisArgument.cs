using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Gateway.Redis;

/// <summary>One word of a command: text, bytes or a whole number. Bytes are copied when the command is sent, not before.</summary>
internal readonly struct RedisArgument
{
    private const int LongestNumber = 20;

    private readonly string? _text;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly long _number;
    private readonly bool _isNumber;

    private RedisArgument(string? text, ReadOnlyMemory<byte> bytes, long number, bool isNumber)
    {
        _text = text;
        _bytes = bytes;
        _number = number;
        _isNumber = isNumber;
    }

    public static implicit operator RedisArgument(string text) => new(text, default, 0, false);

    public static implicit operator RedisArgument(byte[] bytes) => new(null, bytes, 0, false);

    public static implicit operator RedisArgument(ReadOnlyMemory<byte> bytes) => new(null, bytes, 0, false);

    public static implicit operator RedisArgument(long number) => new(null, default, number, true);

    /// <summary>Null unless it was given as text.</summary>
    internal string? Text => _text;

    /// <summary><c>$length CRLF bytes CRLF</c>.</summary>
    internal void WriteTo(IBufferWriter<byte> output)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        if (_isNumber)
        {
            Utf8Formatter.TryFormat(_number, digits, out int length);
            RespWriter.WriteHead(output, (byte)'$', length);
            output.Write(digits[..length]);
        }
        else if (_text is not null)
        {
            RespWriter.WriteHead(output, (byte)'$', Encoding.UTF8.GetByteCount(_text));
            Encoding.UTF8.GetBytes(_text, output);
        }
        else
        {
            RespWriter.WriteHead(output, (byte)'$', _bytes.Length);
            output.Write(_bytes.Span);
        }

        output.Write("\r\n"u8);
    }
}
