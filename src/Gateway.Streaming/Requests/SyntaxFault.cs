using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Streaming.Requests;

/// <summary>Finds the byte that makes a body invalid; runs only when one is refused.</summary>
internal static class SyntaxFault
{
    internal static int FirstInvalidUtf8(ReadOnlySpan<byte> body)
    {
        Span<char> decoded = stackalloc char[1024];
        int offset = 0;
        OperationStatus status;
        do
        {
            status = Utf8.ToUtf16(body[offset..], decoded, out int read, out _, replaceInvalidSequences: false);
            offset += read;
        }
        while (status == OperationStatus.DestinationTooSmall);
        return offset;
    }

    /// <param name="body">The body as it was received.</param>
    /// <param name="origin">Where in it the reader started.</param>
    /// <param name="exception">What the reader threw.</param>
    /// <param name="carried">Bytes before <paramref name="origin"/> that the reader counts to its first line.</param>
    /// <param name="reader">The reader that threw it, for its depth.</param>
    internal static ScanError Describe(ReadOnlySpan<byte> body, int origin, JsonException exception, int carried, in Utf8JsonReader reader)
    {
        // On an opening brace the reader still tells the depth around it.
        int depth = reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0);
        long line = exception.LineNumber ?? 0;
        int column = (int)(exception.BytePositionInLine ?? 0) - (line == 0 ? carried : 0);
        int offset = Math.Min(origin + LineStart(body[origin..], line) + column, body.Length);
        return ScanError.InvalidJson(offset, Problem(body[offset..], depth));
    }

    private static string Problem(ReadOnlySpan<byte> rest, int depth) => rest switch
    {
        [] => "it ends early",
        [(byte)'{' or (byte)'[', ..] when depth == RequestScanner.MaxDepth => $"nested deeper than {RequestScanner.MaxDepth} levels",
        [(>= 0x21 and <= 0x7E) and not (byte)'\'' and var character, ..] => $"unexpected '{(char)character}'",
        [var other, ..] => $"unexpected byte 0x{other:X2}",
    };

    // The reader counts lines outside of strings only; a line feed inside of one is the error itself.
    private static int LineStart(ReadOnlySpan<byte> text, long line)
    {
        int start = 0;
        for (; line > 0; line--)
            start += text[start..].IndexOf((byte)'\n') + 1;
        return start;
    }
}
