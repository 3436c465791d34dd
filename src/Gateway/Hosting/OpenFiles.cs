using System.Globalization;

namespace Gateway.Hosting;

/// <summary>How many files, sockets included, the process may have open.</summary>
internal static class OpenFiles
{
    /// <summary>The program itself, its listeners, epoll, log files.</summary>
    private const int Own = 64;

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
}
