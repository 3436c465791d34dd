using System.Globalization;
using System.Runtime.InteropServices;

namespace Gateway.Hosting;

/// <summary>
/// Pages of the program's file and its libraries. A start walks through a lot of code that is never needed again, and the system maps its pages in clusters around
/// each; they stay counted as the process's memory until the system is short of it.
/// </summary>
internal static class ProgramPages
{
    private const int DontNeed = 4;

    /// <summary>Takes them out of the process; a page that is used comes back from the page cache. Best effort.</summary>
    internal static void Release()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            Release(File.ReadLines("/proc/self/smaps"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            // The pages stay.
        }
    }

    private static void Release(IEnumerable<string> smaps)
    {
        (nuint Start, nuint End) mapping = default;
        foreach (string line in smaps)
        {
            if (!line.Contains(": ", StringComparison.Ordinal))
                mapping = ProgramText(line);
            // Only where every page is still the file's: a page that was written to (relocations) has no other copy.
            else if (mapping.End != 0 && line.StartsWith("Anonymous:", StringComparison.Ordinal) && line.EndsWith(" 0 kB", StringComparison.Ordinal))
                _ = Advise(mapping.Start, mapping.End - mapping.Start, DontNeed);
        }
    }

    /// <summary>A mapping's range where it is a file's that cannot be written to; else nothing.</summary>
    /// <param name="line">As <c>55d0c0000000-55d0c0200000 r-xp 00001000 fe:00 1234 /usr/bin/gateway</c>.</param>
    internal static (nuint Start, nuint End) ProgramText(string line)
    {
        string[] parts = line.Split(' ', 3);
        if (parts.Length < 3 || parts[1] is not ("r-xp" or "r--p") || !line.Contains(" /", StringComparison.Ordinal))
            return default;
        int dash = parts[0].IndexOf('-', StringComparison.Ordinal);
        return (nuint.Parse(parts[0].AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            nuint.Parse(parts[0].AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(nuint start, nuint length, int advice);
}
