namespace Gateway.Redis;

/// <summary>What came of looking for a reply in the bytes that are there.</summary>
internal enum RespStatus
{
    Done,

    /// <summary>The reply is not whole; nothing was consumed.</summary>
    NeedMore,

    /// <summary>Not the protocol, or over a limit: the connection is of no use any more.</summary>
    Invalid,
}
