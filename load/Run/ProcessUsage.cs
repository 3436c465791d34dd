using System.Globalization;

namespace Gateway.Load.Run;

/// <summary>CPU time and memory of a process, from /proc.</summary>
/// <param name="CpuSeconds">User and system.</param>
/// <param name="ResidentBytes">Now.</param>
/// <param name="PeakBytes">The highest since its start.</param>
internal readonly record struct ProcessUsage(double CpuSeconds, long ResidentBytes, long PeakBytes)
{
    /// <summary>USER_HZ: what the kernel counts in for user space, on every architecture in use.</summary>
    private const double TicksPerSecond = 100;

    /// <returns>Null: there is no such process.</returns>
    public static ProcessUsage? Read(int pid)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{pid}/stat"), File.ReadAllLines($"/proc/{pid}/status"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="stat">Of /proc/PID/stat: fields 14 and 15 are user and system time; the name before them may hold anything but ends with the last ')'.</param>
    /// <param name="status">Of /proc/PID/status.</param>
    internal static ProcessUsage Parse(string stat, IEnumerable<string> status)
    {
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double ticks = fields.Length > 12 ? Number(fields[11]) + Number(fields[12]) : 0;
        return new ProcessUsage(ticks / TicksPerSecond, Kilobytes(status, "VmRSS:"), Kilobytes(status, "VmHWM:"));
    }

    private static long Kilobytes(IEnumerable<string> status, string name)
    {
        string? line = status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : Number(line[name.Length..].Trim().Split(' ')[0]) * 1024;
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : 0;
}
