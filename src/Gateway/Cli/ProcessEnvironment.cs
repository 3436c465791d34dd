using System.Collections;
using Gateway.Configuration;

namespace Gateway.Cli;

/// <summary>Variables and files of the real process.</summary>
internal static class ProcessEnvironment
{
    public static IReadOnlyDictionary<string, string> Read()
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return variables;
    }

    /// <summary>At most one byte more than the loader accepts, so that a device or a log given by mistake does not fill the memory.</summary>
    public static byte[] ReadFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] buffer = new byte[ConfigurationLoader.LargestFile + 1];
        int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return buffer[..length];
    }
}
