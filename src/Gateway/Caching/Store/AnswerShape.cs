namespace Gateway.Caching.Store;

/// <summary>How an answer came from the upstream; it can be given in either shape.</summary>
internal enum AnswerShape
{
    /// <summary>One JSON object.</summary>
    Whole,

    /// <summary>Server-sent events to their end, the usage chunk included.</summary>
    Stream,
}
