namespace Gateway.Relay;

/// <summary>How far the client's stream is; what is still allowed follows from it.</summary>
internal enum StreamState
{
    /// <summary>Any status may still be sent.</summary>
    BeforeHeaders,

    /// <summary>200 is sent, no content yet: keepalives and another attempt are allowed.</summary>
    Committed,

    /// <summary>Content is sent: only this attempt can finish the stream.</summary>
    ContentSent,

    /// <summary>The answer is complete.</summary>
    Finished,

    /// <summary>An error event was the last one.</summary>
    Failed,
}
