using System.Globalization;

namespace Gateway.Sockets;

/// <summary>
/// Whether socket completions run where they are noticed instead of hopping to the thread pool first, and how many threads notice them: both save CPU per
/// request and chunk (docs/benchmarks.md). Nothing on those threads may block; what could (name resolution, TLS handshakes, log output, megabytes of JSON)
/// hops off by itself.
/// </summary>
internal static class SocketThreads
{
    /// <summary>Bytes of JSON whose scan takes a fair part of a millisecond: whoever has more to do on one of these threads hops off first, or it serves nobody meanwhile.</summary>
    internal const int LongScan = 1 << 20;

    /// <summary>
    /// Bytes that one connection may bring in a row, which is a millisecond or two of relaying; then it goes on from the end of the thread pool's queue. A sender that
    /// is faster than the gateway never lets its socket run empty: without an end to its turn it had its thread, and all others on that had nothing.
    /// </summary>
    internal const int LongTurn = 256 << 10;

    private const string InlineVariable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string CountVariable = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    /// <summary>The platform's own switch; an operator's value wins.</summary>
    internal static bool AreInline => Environment.GetEnvironmentVariable(InlineVariable) == "1";

    /// <summary>An operator wants completions on the thread pool.</summary>
    internal static bool AreRefused => Environment.GetEnvironmentVariable(InlineVariable) == "0";

    /// <summary>To be called before the process's first socket: the platform reads its switches once.</summary>
    internal static void PreferInline()
    {
        if (Environment.GetEnvironmentVariable(InlineVariable) is null)
            Environment.SetEnvironmentVariable(InlineVariable, "1");
        if (AreInline && Environment.GetEnvironmentVariable(CountVariable) is null)
            Environment.SetEnvironmentVariable(CountVariable, CountFor(Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// One for two processors, of the platform's and of <see cref="EventLoop"/>; the platform takes one for each. The fewer there are, the more events each finds
    /// at once, and the more often both sides of a request are on the same one. The other half is for the kernel's side of the network, for collections and for
    /// what hops off.
    /// </summary>
    internal static int CountFor(int processors) => Math.Max(1, processors / 2);
}
