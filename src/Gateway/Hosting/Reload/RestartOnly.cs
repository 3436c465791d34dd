using Gateway.Configuration;
using Gateway.Configuration.Reading;

namespace Gateway.Hosting.Reload;

/// <summary>Settings that are built into the process: sockets, log and exporters. A reload leaves them as they are and says so.</summary>
internal static class RestartOnly
{
    private static readonly string[] Sections = ["server.listen", "server.admin-listen", "server.metrics-listen", "server.max-connections", "limits", "cache.max-size", "cache.redis", "cache.redis-timeout", "cache.engine", "telemetry"];

    /// <summary>The new options with the old values where those cannot change.</summary>
    internal static GatewayOptions Keep(GatewayOptions options, GatewayOptions running) => options with
    {
        Server = options.Server with
        {
            Listen = running.Server.Listen,
            AdminListen = running.Server.AdminListen,
            MetricsListen = running.Server.MetricsListen,
            MaxConnections = running.Server.MaxConnections,
            // Its listener goes on with the certificate it has.
            Tls = options.Server.Tls ?? (UsesTls(running.Server) ? running.Server.Tls : null),
        },
        Limits = running.Limits,
        Telemetry = running.Telemetry,
    };

    /// <summary>Paths of values that differ from those the process started with.</summary>
    internal static IReadOnlyList<string> Among(IReadOnlyDictionary<string, string> started, ConfigurationResult loaded, GatewayOptions running)
    {
        List<string> paths = [.. Differences(started, loaded.Digests).Where(Is)];
        if (loaded.Options?.Server.Tls is null && UsesTls(running.Server))
            paths.Add("server.tls");
        return paths;
    }

    internal static bool Is(string path) => Array.Exists(Sections, section => ValueDigests.IsIn(path, section));

    /// <summary>Paths whose values differ, or that only one of the two has, in order.</summary>
    internal static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        SortedSet<string> paths = new(StringComparer.Ordinal);
        foreach ((string path, string digest) in after)
        {
            if (!before.TryGetValue(path, out string? known) || known != digest)
                paths.Add(path);
        }

        paths.UnionWith(before.Keys.Where(path => !after.ContainsKey(path)));
        return [.. paths];
    }

    private static bool UsesTls(ServerOptions server) => server.Listen.Any(static address => address.Scheme == Uri.UriSchemeHttps);
}
