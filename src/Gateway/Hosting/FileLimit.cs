using System.Runtime.InteropServices;

namespace Gateway.Hosting;

/// <summary>The process's limit of open files, sockets included. The load generator compiles this file, too.</summary>
internal static class FileLimit
{
    // getrlimit(2) on Linux.
    private const int NumberOfFiles = 7;

    /// <summary>
    /// Raises the soft limit to the hard one: 1,024 is what most systems start a process with, for the sake of programs that use select(2). The runtime does it
    /// under JIT, not in a Native AOT binary. Best effort: the limit that holds is read afterwards.
    /// </summary>
    internal static void Raise()
    {
        if (OperatingSystem.IsLinux() && GetLimit(NumberOfFiles, out Limit limit) == 0 && limit.Soft < limit.Hard)
            _ = SetLimit(NumberOfFiles, new Limit { Soft = limit.Hard, Hard = limit.Hard });
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
