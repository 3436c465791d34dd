namespace Gateway.Hosting.Reload;

/// <summary>How a reload ended.</summary>
internal enum ReloadOutcome
{
    /// <summary>The new configuration is in use.</summary>
    Success,

    /// <summary>Nothing differs from what is in use.</summary>
    Unchanged,

    /// <summary>The former configuration is still in use.</summary>
    Failure,

    /// <summary>The process was started without a file.</summary>
    NoFile,
}
