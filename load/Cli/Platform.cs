using System.Runtime.InteropServices;

namespace Gateway.Load.Cli;

/// <summary>What the process asks of its platform before its first socket.</summary>
internal static class Platform
{
    // getrlimit(2) on Linux.
    private const int NumberOfFiles = 7;

    /// <summary>
    /// One thread serves all sockets and runs what waits on them: an event loop on a core of its own, without a hop to the thread pool per chunk. An operator's value wins.
    /// </summary>
    public static void UseOneEventLoop()
    {
        SetDefault("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        SetDefault("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
    }

    /// <summary>Ten thousand streams are ten thousand files; the soft limit is 1,024 on most systems. Best effort.</summary>
    public static void RaiseFileLimit()
    {
        if (OperatingSystem.IsLinux() && GetLimit(NumberOfFiles, out Limit limit) == 0 && limit.Soft < limit.Hard)
            _ = SetLimit(NumberOfFiles, new Limit { Soft = limit.Hard, Hard = limit.Hard });
    }

    private static void SetDefault(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is null)
            Environment.SetEnvironmentVariable(name, value);
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, out Limit limit);

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, in Limit limit);

    /// <summary><c>struct rlimit</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
