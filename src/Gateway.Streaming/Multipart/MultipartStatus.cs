namespace Gateway.Streaming.Multipart;

/// <summary>What is known of a form so far.</summary>
public enum MultipartStatus
{
    /// <summary>Its model has not come yet.</summary>
    Reading,

    /// <summary>The model is known.</summary>
    ModelFound,

    /// <summary>The closing delimiter has come, and no model before it.</summary>
    Ended,

    /// <summary>It can be read in more than one way; <see cref="MultipartScanner.Fault"/> says why.</summary>
    Invalid,
}
