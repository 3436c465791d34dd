namespace Gateway.Hosting;

/// <summary>
/// Whether socket completions run where they are noticed instead of hopping to the thread pool first: less CPU per request and chunk (docs/benchmarks.md).
/// Nothing on those threads may block; what could (name resolution, TLS handshakes, log output) hops off by itself.
/// </summary>
internal static class SocketThreads
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>The platform's own switch; an operator's value wins.</summary>
    internal static bool AreInline => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>To be called before the process's first socket: the platform reads its switch once.</summary>
    internal static void PreferInline()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
            Environment.SetEnvironmentVariable(Variable, "1");
    }
}
