using Gateway.Configuration;
using Gateway.Streaming.Resume;

namespace Gateway.Hosting.Reload;

/// <summary>What is in a file now. Its content says more than its time: symbolic links, network volumes and coarse clocks have none to be trusted.</summary>
internal static class FileContent
{
    /// <summary>As <see cref="ConfigurationFile.Digest"/>: of at most what the loader reads; empty when the file cannot be read.</summary>
    internal static string DigestOf(string path)
    {
        try
        {
            // No buffer of its own: this runs every second.
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            TextHash hash = new();
            Span<byte> buffer = stackalloc byte[4096];
            int left = ConfigurationLoader.LargestFile + 1;
            while (left > 0 && file.Read(buffer[..Math.Min(left, buffer.Length)]) is > 0 and int read)
            {
                hash.Append(buffer[..read]);
                left -= read;
            }

            return hash.Digest().ToString();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return "";
        }
    }

    /// <summary>Not what can be read only once: <c>--config /dev/stdin</c>, or a shell's <c>&lt;(…)</c>.</summary>
    internal static bool IsWatched(string path)
    {
        string full = Path.GetFullPath(path);
        return !full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/proc/", StringComparison.Ordinal);
    }
}
