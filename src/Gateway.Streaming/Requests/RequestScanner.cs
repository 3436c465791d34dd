using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Streaming.Requests;

/// <summary>
/// One <see cref="Utf8JsonReader"/> pass over a request body: checks it whole, decodes what the gateway reads, remembers where every
/// top-level member lies. Nothing is copied; edits are splices (<see cref="BodyEdits"/>).
/// </summary>
public static class RequestScanner
{
    /// <summary>The root object is depth 1.</summary>
    public const int MaxDepth = 64;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Scans a whole body. Never throws, whatever the bytes are. A syntax error anywhere is reported before a wrong field.</summary>
    /// <param name="body">The body as it was received; a byte order mark is accepted and not sent on (RFC 8259 §8.1).</param>
    /// <param name="endpoint">Decides which fields are read, and so checked.</param>
    /// <param name="fields">Overwritten; meaningful only when the result is null.</param>
    /// <param name="namesModel">Whether the body has to name the model; false where the path does.</param>
    /// <returns>Null when the body may be sent on.</returns>
    public static ScanError? Scan(ReadOnlySpan<byte> body, Endpoint endpoint, RequestFields fields, bool namesModel = true)
    {
        int start = body.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        fields.Reset(endpoint, start, body.Length);

        // The reader looks at the bytes of a string only when it is decoded.
        if (!Utf8.IsValid(body))
            return ScanError.InvalidJson(SyntaxFault.FirstInvalidUtf8(body), "invalid UTF-8");
        return new MemberScan(body, fields, namesModel).Run();
    }
}
