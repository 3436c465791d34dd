namespace Gateway.Upstream.Http1;

/// <summary>Every bound on what an upstream can make us hold or loop over.</summary>
internal static class Http1Limits
{
    /// <summary>Status line, header fields and the empty line, in bytes.</summary>
    internal const int HeadBytes = 64 * 1024;

    internal const int HeaderFields = 100;

    /// <summary>Informational (1xx) responses before the final one.</summary>
    internal const int InterimResponses = 8;

    /// <summary>A chunk's size and extensions, without CRLF, in bytes.</summary>
    internal const int ChunkLineBytes = 1024;

    /// <summary>All trailer fields together, in bytes.</summary>
    internal const int TrailerBytes = 16 * 1024;

    /// <summary>A head, and as much of its body as fits, leave in one send of at most this many bytes: it fits Linux's initial socket buffers, so it never waits for the peer.</summary>
    internal const int FirstSendBytes = 16 * 1024;

    /// <summary>What is read and thrown away to save a connection whose owner has all it wants.</summary>
    internal const int DrainBytes = 4 * 1024;

    internal static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(250);
}
