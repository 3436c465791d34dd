using System.Net;
using Gateway.Cli.Probing;
using Gateway.Configuration;
using Gateway.Tests.Configuration;

namespace Gateway.Tests.Cli.Probing;

/// <summary>Probes what a configuration names and keeps what was printed.</summary>
internal static class ProbeRun
{
    internal static async Task<(int ExitCode, string Output)> OfAsync(string provider, string? model = null, Func<string, IPAddress[]>? lookup = null, string? caFile = null)
    {
        Load load = Load.Yaml($"providers:\n  up: {{ {provider} }}\n");
        if (caFile is not null)
            load.WithFile(caFile, File.ReadAllText(caFile));
        GatewayOptions options = load.Options();
        using StringWriter output = new();
        int exitCode = await Probe.RunAsync(
            options, new ProbeTarget(null, model), (host, _) => Task.FromResult(lookup?.Invoke(host) ?? []), TimeProvider.System, new Random(1), output, CancellationToken.None);
        return (exitCode, output.ToString());
    }
}
