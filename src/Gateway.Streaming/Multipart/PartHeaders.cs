using System.Text;

namespace Gateway.Streaming.Multipart;

/// <summary>What one part's headers say of it (RFC 7578 §4).</summary>
/// <param name="Name">The field's name.</param>
/// <param name="IsFile">It has a file name.</param>
/// <param name="IsEncoded">Its bytes are not what they mean (RFC 7578 §4.7: deprecated).</param>
internal readonly record struct PartHeaders(string Name, bool IsFile, bool IsEncoded)
{
    /// <summary>Reads whole lines, each with its CRLF; null when they do not name exactly one field.</summary>
    internal static PartHeaders? Parse(ReadOnlySpan<byte> lines)
    {
        string? disposition = null;
        bool isEncoded = false;
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf("\r\n"u8);
            ReadOnlySpan<byte> line = lines[..end];
            lines = lines[(end + 2)..];
            int colon = line.IndexOf((byte)':');
            // A line that begins with a blank would go on with the one before: RFC 7230 forbids it, and readers differ.
            if (colon <= 0 || line[..colon].ContainsAny(" \t"u8) || line.ContainsAny((byte)'\r', (byte)'\n', (byte)0))
                return null;
            string value = Encoding.UTF8.GetString(line[(colon + 1)..]);
            if (Ascii.EqualsIgnoreCase(line[..colon], "content-disposition"u8))
            {
                if (disposition is not null)
                    return null;
                disposition = value;
            }
            else if (Ascii.EqualsIgnoreCase(line[..colon], "content-transfer-encoding"u8))
            {
                isEncoded |= value.Trim().ToLowerInvariant() is not ("7bit" or "8bit" or "binary");
            }
        }

        return disposition is null ? null : Parse(disposition, isEncoded);
    }

    private static PartHeaders? Parse(string disposition, bool isEncoded)
    {
        HeaderParameters parameters = new(disposition);
        if (!parameters.Value.Equals("form-data", StringComparison.OrdinalIgnoreCase))
            return null;
        string? field = null;
        bool isFile = false;
        while (parameters.Next(out ReadOnlySpan<char> name, out string? value))
        {
            if (name.Equals("name", StringComparison.OrdinalIgnoreCase))
            {
                if (field is not null)
                    return null;
                field = value;
            }

            // RFC 7578 §4.2 forbids "name*"; a reader that takes it would see another field than this one.
            if (name.Equals("name*", StringComparison.OrdinalIgnoreCase))
                return null;
            isFile |= name.Equals("filename", StringComparison.OrdinalIgnoreCase) || name.Equals("filename*", StringComparison.OrdinalIgnoreCase);
        }

        return parameters.IsValid && field is not null ? new(field, isFile, isEncoded) : null;
    }
}
