using System.Globalization;

namespace Gateway.Hosting;

/// <summary>
/// Whether socket completions run where they are noticed instead of hopping to the thread pool first: less CPU per request and chunk (docs/benchmarks.md).
/// Nothing on those threads may block; what could (name resolution, TLS handshakes, log output) hops off by itself.
/// </summary>
internal static class SocketThreads
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string Count = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    /// <summary>The platform's own switch; an operator's value wins.</summary>
    internal static bool AreInline => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>
    /// To be called before the process's first socket: the platform reads its switches once. With completions inline it would start a thread for each core; half of
    /// them is left to the upstreams' loops (<see cref="Upstream.Http1.EventLoop"/>).
    /// </summary>
    internal static void PreferInline()
    {
        SetDefault(Variable, "1");
        if (AreInline)
            SetDefault(Count, Math.Max(1, Environment.ProcessorCount / 2).ToString(CultureInfo.InvariantCulture));
    }

    private static void SetDefault(string variable, string value)
    {
        if (Environment.GetEnvironmentVariable(variable) is null)
            Environment.SetEnvironmentVariable(variable, value);
    }
}
