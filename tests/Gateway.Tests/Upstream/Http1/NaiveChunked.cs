namespace Gateway.Tests.Upstream.Http1;

/// <summary>RFC 9112 §7.1 read as plainly as it is written, over the whole body at once; the reference for the decoder.</summary>
internal static class NaiveChunked
{
    private const string Token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The body and what came behind it, or null when the input is invalid or incomplete.</summary>
    internal static (string Body, string After)? Decode(string raw)
    {
        string body = "";
        while (true)
        {
            if (Line(ref raw) is not { } line)
            {
                return null;
            }
            string digits = string.Concat(line.TakeWhile(char.IsAsciiHexDigit));
            string extension = line[digits.Length..].TrimStart(' ', '\t');
            bool blankOnly = extension.Length == 0 && digits.Length < line.Length;
            if (digits.Length == 0 || digits.TrimStart('0').Length > 8 || blankOnly || (extension.Length > 0 && extension[0] != ';') || !IsText(extension))
            {
                return null;
            }
            long size = Convert.ToInt64(digits, 16);
            if (size == 0)
            {
                break;
            }
            if (raw.Length < size + 2 || raw.Substring((int)size, 2) != "\r\n")
            {
                return null;
            }
            body += raw[..(int)size];
            raw = raw[((int)size + 2)..];
        }
        while (Line(ref raw) is { } trailer)
        {
            if (trailer.Length == 0)
            {
                return (body, raw);
            }
            int colon = trailer.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || trailer[..colon].Any(c => !Token.Contains(c, StringComparison.Ordinal)) || !IsText(trailer[colon..]))
            {
                return null;
            }
        }
        return null;
    }

    private static string? Line(ref string raw)
    {
        int end = raw.IndexOf('\r', StringComparison.Ordinal);
        if (end < 0 || end + 1 >= raw.Length || raw[end + 1] != '\n')
        {
            return null;
        }
        string line = raw[..end];
        raw = raw[(end + 2)..];
        return line;
    }

    private static bool IsText(string text) => text.All(c => c == '\t' || (c >= ' ' && c != 127));
}
