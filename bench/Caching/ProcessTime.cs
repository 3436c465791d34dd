using System.Globalization;

namespace Gateway.Bench.Caching;

/// <summary>A process's time on processors, to the nanosecond: <c>/proc/PID/stat</c> counts in hundredths of a second.</summary>
internal static class ProcessTime
{
    /// <summary>Of all its threads that live, in microseconds.</summary>
    internal static double Microseconds(int process)
    {
        long nanoseconds = 0;
        foreach (string thread in Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task")))
            nanoseconds += long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
        return nanoseconds / 1e3;
    }
}
