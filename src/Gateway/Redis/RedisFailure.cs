namespace Gateway.Redis;

/// <summary>Why there is no answer.</summary>
internal enum RedisFailure
{
    None,

    /// <summary>There is no connection, or it does not answer: nothing was sent.</summary>
    Down,

    /// <summary>Too much is waiting for an answer: nothing was sent.</summary>
    Busy,

    /// <summary>Sent, but no answer came in time: the command may be executed, now or later.</summary>
    Timeout,

    /// <summary>Sent, but the connection broke before the answer: the command may be executed.</summary>
    Lost,

    /// <summary>The server cannot execute it at present (loading, read-only, moved …): not executed.</summary>
    Unavailable,

    /// <summary>The server refused this command: not executed, or not all of it.</summary>
    Refused,
}
