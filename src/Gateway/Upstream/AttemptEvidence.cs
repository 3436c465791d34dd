using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>What an operator may know of a failed attempt and a client may not.</summary>
/// <param name="Status">The upstream's own; 0 when there was no answer.</param>
/// <param name="ContentType">Of an answer of an unexpected kind; else null.</param>
/// <param name="Transport">What broke below HTTP; its inner exceptions may name hosts.</param>
internal sealed record AttemptEvidence(int Status, string? ContentType = null, UpstreamTransportException? Transport = null);
