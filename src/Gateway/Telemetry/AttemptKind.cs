namespace Gateway.Telemetry;

/// <summary>Why an attempt was made.</summary>
internal enum AttemptKind
{
    First,

    /// <summary>Because of the result of the one before.</summary>
    Retry,

    /// <summary>Because the one under way gave no content in time.</summary>
    Hedge,

    /// <summary>To go on with a stream that broke after content.</summary>
    Resume,
}
