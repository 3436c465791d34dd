namespace Gateway.Streaming.Rules;

/// <summary>What the relay does with one block of the stream.</summary>
public enum EventVerdict
{
    /// <summary>To the client as it is; not content (role chunks, comments, pings, usage, unknown events).</summary>
    Pass,

    /// <summary>To the client as it is; it carries content.</summary>
    Content,

    /// <summary>Not to the client: a usage chunk it did not ask for.</summary>
    Drop,

    /// <summary>Not to the client: no valid JSON.</summary>
    Malformed,

    /// <summary><c>[DONE]</c> where it ends the stream.</summary>
    Done,

    /// <summary>The upstream reports an error; <see cref="StreamRules.ErrorPayload"/> holds what it said.</summary>
    Error,

    /// <summary>Another attempt's answer differs from what the client has; the event is not for it.</summary>
    Diverged,
}
