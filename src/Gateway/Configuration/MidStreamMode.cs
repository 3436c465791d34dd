namespace Gateway.Configuration;

/// <summary>What happens when a stream breaks after content (<c>mid-stream</c>).</summary>
internal enum MidStreamMode
{
    /// <summary>An error event, no <c>[DONE]</c>.</summary>
    Error,

    /// <summary>Another replica is asked again; its answer goes on where the first one broke, if both agree so far.</summary>
    Resume,
}
