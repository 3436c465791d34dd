using Gateway.Failures;

namespace Gateway.Relay;

/// <summary>How the relay of one stream ended.</summary>
/// <param name="Failure">Null when the answer is complete and delivered.</param>
/// <param name="SourceIsReusable">Whether the upstream has said all it has to say.</param>
internal readonly record struct RelayResult(Failure? Failure, bool SourceIsReusable);
