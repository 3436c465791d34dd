namespace Gateway.Telemetry;

/// <summary>How the attempt to go on with a broken stream ended (label <c>result</c> of <c>gateway_resumes_total</c>).</summary>
internal enum ResumeResult
{
    /// <summary>Another replica went on where the first one broke.</summary>
    Resumed,

    /// <summary>Its answer was another one.</summary>
    Diverged,

    /// <summary>Nobody answered.</summary>
    Failed,
}
