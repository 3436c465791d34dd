using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Operating;

/// <summary>A gateway whose own <c>server</c> section holds, in front of one simulated provider.</summary>
internal static class OperatedGateway
{
    /// <param name="server">More keys of <c>server</c>, in flow style.</param>
    /// <param name="adminListen">Where the admin listener is.</param>
    /// <param name="openFiles">What the shell's <c>ulimit</c> is told; null: nothing.</param>
    internal static Task<GatewayProcess> StartAsync(string server, string adminListen = "http://127.0.0.1:0", string? openFiles = null)
    {
        string folder = Directory.CreateTempSubdirectory("gateway-operating-").FullName;
        File.WriteAllText(Path.Combine(folder, "gateway.yaml"), $$"""
            server: { listen: "http://127.0.0.1:0", admin-listen: "{{adminListen}}", {{server}} }
            providers: { s: { type: simulator, replicas: 1 } }
            """);
        return GatewayProcess.StartAsync(["serve"], folder, openFiles: openFiles);
    }

    /// <summary>Where <c>server.metrics-listen</c> was bound.</summary>
    internal static Uri MetricsAddress(this GatewayProcess gateway)
    {
        const string Mark = "Metrics also on ";
        string log = gateway.StandardError;
        string rest = log[(log.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..];
        return new Uri(rest[..rest.IndexOfAny(['"', '\n', ' '])].TrimEnd('.'));
    }
}
