namespace Gateway.Sockets;

/// <summary>Waits until a socket may have something to read: by the platform's event loop, or by <see cref="EventLoop"/>. One waiter at a time.</summary>
internal interface IReadableWait : IDisposable
{
    /// <summary>
    /// Completes when the socket may have bytes, its end or an error; the next read tells. Called only after a read that emptied the socket. Never throws.
    /// </summary>
    ValueTask StartAsync();

    /// <summary>False: nothing has been told since the last wait. True: maybe, or nobody watches between waits.</summary>
    bool MayHaveStirred { get; }

    /// <summary>The socket is closed from this side: a pending wait completes. Any thread, any time.</summary>
    void Close();
}
