namespace Gateway.Upstream.Http1;

/// <summary>How an exchange with an upstream failed below HTTP's own status codes.</summary>
internal enum TransportFailure
{
    NameResolution,
    ConnectRefused,
    ConnectTimeout,
    ConnectFailed,
    TlsFailed,

    /// <summary>The request could not be written and no response had arrived either.</summary>
    SendFailed,

    /// <summary>End of stream before the response head was complete.</summary>
    ClosedBeforeResponse,

    /// <summary>The connection was reset before the response head was complete.</summary>
    Reset,
    InvalidResponse,
    HeadTooLarge,

    /// <summary>The replica's connection limit is reached; nothing was sent.</summary>
    PoolExhausted,

    /// <summary>The exchange's owner gave up (its token, or <see cref="Http1Exchange.Abort"/>).</summary>
    Aborted,
}
