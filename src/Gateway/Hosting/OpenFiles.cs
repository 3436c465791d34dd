using System.Globalization;
using System.Runtime.InteropServices;

namespace Gateway.Hosting;

/// <summary>How many files, sockets included, the process may have open.</summary>
internal static class OpenFiles
{
    // getrlimit(2) on Linux.
    private const int NumberOfFiles = 7;

    /// <summary>The program itself, its listeners, epoll, log files.</summary>
    private const int Own = 64;

    /// <summary>
    /// Raises the soft limit to the hard one: 1,024 is what most systems start a process with, for the sake of programs that use select(2). The runtime does it
    /// under JIT, not in a Native AOT binary. Best effort: the limit that holds is read afterwards.
    /// </summary>
    internal static void RaiseLimit()
    {
        if (OperatingSystem.IsLinux() && GetLimit(NumberOfFiles, out Limit limit) == 0 && limit.Soft < limit.Hard)
            _ = SetLimit(NumberOfFiles, new Limit { Soft = limit.Hard, Hard = limit.Hard });
    }

    /// <summary>
    /// Client connections that leave a file for an upstream connection each: where accepting fails for want of files, the platform tries again without a
    /// pause. Null where the limit is not known.
    /// </summary>
    internal static int? ConnectionsAllowed()
    {
        try
        {
            return ConnectionsAllowed(File.ReadLines("/proc/self/limits"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="limits">Lines of <c>/proc/self/limits</c>.</param>
    internal static int? ConnectionsAllowed(IEnumerable<string> limits)
    {
        const string Name = "Max open files";
        string? line = limits.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        string soft = line is null ? "" : line[Name.Length..].TrimStart().Split(' ')[0];
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long files) ? (int)Math.Clamp((files - Own) / 2, 1, int.MaxValue) : null;
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
