namespace Gateway.Upstream.Http1;

/// <summary>How a response body's end is known (RFC 9112 §6.3).</summary>
internal enum BodyFraming
{
    None,
    Length,
    Chunked,
    UntilClose,
}
