using System.Text.Json;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Limits;

/// <summary>What <c>/admin/status</c> says of a limit.</summary>
internal sealed record LimitState(long Limit, long Remaining, int Inflight, int Queued)
{
    public static async Task<LimitState> ReadAsync(Stage stage, string owner, string name, string kind)
    {
        using HttpClient http = new();
        using JsonDocument status = JsonDocument.Parse(await http.GetStringAsync(new Uri(stage.Gateway.AdminAddress, "/admin/status")));
        JsonElement entry = status.RootElement.GetProperty("limits").EnumerateArray().First(limit =>
            limit.GetProperty("owner").GetString() == owner && limit.GetProperty("name").GetString() == name && limit.GetProperty("kind").GetString() == kind);
        return new(entry.GetProperty("limit").GetInt64(), entry.GetProperty("remaining").GetInt64(), entry.GetProperty("inflight").GetInt32(), entry.GetProperty("queued").GetInt32());
    }

    public static Task InflightAsync(Stage stage, string owner, string name, int count) => Serving.EventuallyAsync(
        async () => (await ReadAsync(stage, owner, name, "concurrent_requests")).Inflight == count, $"{owner} {name} did not come to {count} requests under way");

    public static Task QueuedAsync(Stage stage, string provider, int count) => Serving.EventuallyAsync(
        async () => (await ReadAsync(stage, "provider", provider, "concurrent_requests")).Queued == count, $"{provider} did not come to {count} that wait");
}
