using System.Diagnostics;

namespace TestKit.Processes;

/// <summary>The environment of a process under test: the machine's own, without anything that would configure a gateway.</summary>
internal static class ProcessVariables
{
    private static readonly string[] Prefixes = ["GATEWAY__", "DYNAMO_", "NVIDIA_", "OPENAI_", "STARFLEET_", "LLM_GATEWAY_"];

    internal static void Set(ProcessStartInfo start, IReadOnlyDictionary<string, string>? variables)
    {
        foreach (string name in start.Environment.Keys.Where(name => Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))).ToArray())
            start.Environment.Remove(name);
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
    }
}
