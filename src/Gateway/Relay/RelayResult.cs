using Gateway.Failures;

namespace Gateway.Relay;

/// <summary>How the relay of one stream ended.</summary>
/// <param name="Failure">Null when the answer is complete and delivered.</param>
/// <param name="SourceIsReusable">Whether the upstream has said all it has to say.</param>
internal readonly record struct RelayResult(Failure? Failure, bool SourceIsReusable)
{
    /// <summary>The upstream broke off and another may go on: the client has not been told anything.</summary>
    public bool IsBroken { get; init; }

    /// <summary>A wait for the upstream is still outstanding; it ends when the upstream's connection is closed.</summary>
    public bool WaitIsOutstanding { get; init; }
}
