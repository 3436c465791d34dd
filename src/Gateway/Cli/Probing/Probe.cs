using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Upstream;
using Gateway.Upstream.Discovery;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Cli.Probing;

/// <summary><c>gateway probe</c>, from a configuration to a table and an exit code.</summary>
internal static class Probe
{
    /// <summary>Probes all replicas of the providers at once; what is printed has their order.</summary>
    internal static async Task<int> RunAsync(
        GatewayOptions options, ProbeTarget target, AddressLookup lookup, TimeProvider time, Random random, TextWriter output, CancellationToken cancellation)
    {
        List<Task<ProbeResult[]>> running = [];
        foreach (ProviderOptions provider in options.Providers)
        {
            if (target.Provider is null || provider.Name == target.Provider)
                running.Add(RunAsync(provider, target.Model, lookup, time, random, cancellation));
        }

        List<ProbeResult> results = [];
        foreach (Task<ProbeResult[]> provider in running)
            results.AddRange(await provider);
        ProbeTable.Write(results, output);
        return results.TrueForAll(result => result.Findings.Count == 0) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<ProbeResult[]> RunAsync(
        ProviderOptions options, string? model, AddressLookup lookup, TimeProvider time, Random random, CancellationToken cancellation)
    {
        using Provider provider = new(options, time);
        await using ICredentialSource credentials = provider.Credentials;
        credentials.Start();
        await using DnsDiscovery? discovery = options.DiscoversByDns ? new(provider, lookup, time, random, NullLogger.Instance) : null;
        await provider.FirstLookup.WaitAsync(cancellation);
        if (!provider.Replicas.IsEmpty)
            return await Task.WhenAll(provider.Replicas.Select(replica => new ReplicaProbe(replica, model, time, random).RunAsync(cancellation)));

        Uri url = options.BaseUrls[0];
        ProbeFinding nobody = new($"DNS: the name {url.DnsSafeHost} has no address here.", $"Check providers.{options.Name}.base-url; for discovery the service must be headless and have ready pods.");
        return [new ProbeResult(options.Name, url.AbsoluteUri.TrimEnd('/')) { Findings = [nobody] }];
    }
}
