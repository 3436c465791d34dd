namespace Gateway.Upstream.Http1;

/// <summary>What the next byte of a chunked body is (RFC 9112 §7.1).</summary>
internal enum ChunkMode
{
    /// <summary>The first digit of chunk-size.</summary>
    SizeStart,
    Size,

    /// <summary>Blanks between chunk-size and the semicolon of an extension.</summary>
    SizeBlank,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,

    /// <summary>The first byte of a trailer field or of the last CRLF.</summary>
    TrailerStart,
    TrailerName,
    TrailerValue,
    TrailerLf,
    LastLf,
    Complete,
}
