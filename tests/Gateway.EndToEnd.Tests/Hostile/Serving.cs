using System.Text.Json;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Hostile;

/// <summary>Starts a gateway in front of given upstreams and reads its counters.</summary>
internal static class Serving
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>One provider <c>p</c> that serves model <c>m</c> from these replicas, in turn.</summary>
    public static Task<GatewayProcess> StartAsync(IEnumerable<Uri> replicas, string provider = "", string server = "", string top = "", string models = "[m]")
    {
        string urls = string.Join(", ", replicas.Select(replica => $"\"{replica.GetLeftPart(UriPartial.Authority)}\""));
        return GatewayProcess.ServeAsync($$"""
            server: { {{server}} }
            providers:
              p:
                type: openai
                base-urls: [{{urls}}]
                api-key: secret-of-the-upstream
                {{(models.Length > 0 ? "models: " + models : "")}}
                {{provider}}
            {{top}}
            """);
    }

    public static Task<GatewayProcess> StartAsync(ScriptedUpstream upstream, string provider = "", string server = "", string top = "") =>
        StartAsync([upstream.Address], provider, server, top);

    /// <summary>The access log line of a request, once it is written.</summary>
    public static async Task<JsonElement> LogOfAsync(this GatewayProcess gateway, string requestId)
    {
        string? line = null;
        await EventuallyAsync(() => (line = gateway.Output.FirstOrDefault(l => l.Contains($"\"request_id\":\"{requestId}\"", StringComparison.Ordinal))) is not null, requestId);
        return JsonDocument.Parse(line!).RootElement;
    }

    /// <summary>The sum of a metric's samples whose line holds all of these.</summary>
    public static async Task<double> MetricAsync(this GatewayProcess gateway, string name, params string[] labels)
    {
        using HttpClient http = new();
        string text = await http.GetStringAsync(new Uri(gateway.AdminAddress, "/metrics"));
        return text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is '{' or ' ')
            .Where(line => labels.All(label => line.Contains(label, StringComparison.Ordinal)))
            .Sum(line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Nothing runs any more: no active request, no stream, no lease.</summary>
    public static Task IdleAsync(this GatewayProcess gateway) => EventuallyAsync(
        async () => await gateway.MetricAsync("gateway_active_requests") + await gateway.MetricAsync("gateway_active_streams") + await gateway.MetricAsync("gateway_replica_inflight") == 0,
        "the counters did not return to zero");

    public static Task EventuallyAsync(Func<bool> condition, string what) => EventuallyAsync(() => Task.FromResult(condition()), what);

    public static async Task EventuallyAsync(Func<Task<bool>> condition, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, what);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
