namespace Gateway.Load.Cli;

/// <summary>What the process asks of its platform before its first socket.</summary>
internal static class Platform
{
    /// <summary>
    /// One thread serves all sockets and runs what waits on them: an event loop on a core of its own, without a hop to the thread pool per chunk. An operator's value wins.
    /// </summary>
    public static void UseOneEventLoop()
    {
        SetDefault("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        SetDefault("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
    }

    private static void SetDefault(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is null)
            Environment.SetEnvironmentVariable(name, value);
    }
}
