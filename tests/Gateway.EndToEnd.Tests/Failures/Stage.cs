using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>A gateway in front of scripted replicas.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly Dictionary<string, ScriptedReplica> _replicas;

    private Stage(Dictionary<string, ScriptedReplica> replicas, GatewayProcess gateway) => (_replicas, Gateway) = (replicas, gateway);

    public GatewayProcess Gateway { get; }

    /// <summary>By the id that the gateway gives it: <c>provider-N</c>.</summary>
    public ScriptedReplica this[string id] => _replicas[id];

    /// <summary>Requests that all replicas have seen.</summary>
    public int Count => _replicas.Values.Sum(replica => replica.Count);

    /// <summary>Providers in fallback order.</summary>
    public static Task<Stage> StartAsync(params StagedProvider[] providers) => StartAsync("", providers);

    /// <param name="top">Top-level keys of the configuration.</param>
    /// <param name="providers">In fallback order.</param>
    public static async Task<Stage> StartAsync(string top, params StagedProvider[] providers)
    {
        Dictionary<string, ScriptedReplica> replicas = [];
        List<string> lines = ["providers:"];
        foreach (StagedProvider provider in providers)
        {
            List<string> urls = [];
            for (int i = 1; i <= provider.Replicas; i++)
                urls.Add($"\"{(replicas[$"{provider.Name}-{i}"] = new()).Address.GetLeftPart(UriPartial.Authority)}\"");
            string options = provider.Options.Length > 0 ? ", " + provider.Options : "";
            lines.Add($"  {provider.Name}: {{ type: openai, base-urls: [{string.Join(", ", urls)}], models: [{provider.Models}]{options} }}");
        }

        return new(replicas, await GatewayProcess.ServeAsync(string.Join('\n', [.. lines, top])));
    }

    /// <summary>Asks for a chat answer and reads it whole.</summary>
    public async Task<RawResponse> AskAsync(bool stream = true, string model = "m", string headers = "", string fields = "")
    {
        using RawClient client = await PostAsync(stream, model, headers, fields);
        return await client.ReadResponseAsync();
    }

    /// <summary>Sends a chat request.</summary>
    /// <param name="stream">Whether the answer is to be a stream.</param>
    /// <param name="model">The requested model.</param>
    /// <param name="headers">Further lines of the head, each with its line end.</param>
    /// <param name="fields">Further members of the body, each with a comma behind it.</param>
    public Task<RawClient> PostAsync(bool stream = true, string model = "m", string headers = "", string fields = "")
    {
        string body = $$"""{{{fields}}"model":"{{model}}",{{(stream ? "\"stream\":true," : "")}}"messages":[{"role":"user","content":"hi"}]}""";
        return RawClient.PostAsync(Gateway.Address, Chat.Path, body, headers);
    }

    public Task<JsonElement> LogOfAsync(RawResponse response) => Gateway.LogOfAsync(response.Header("x-request-id")!);

    /// <summary>A request's attempts as the access log has them: <c>replica:result</c>, in the order of their ends.</summary>
    public async Task<string> AttemptsOfAsync(RawResponse response) => Attempts(await LogOfAsync(response));

    public static string Attempts(JsonElement log) => !log.TryGetProperty("attempts", out JsonElement attempts) ? "" : string.Join(' ', attempts.EnumerateArray()
        .Select(attempt => $"{attempt.GetProperty("replica").GetString()}:{attempt.GetProperty("result").GetString()}"));

    /// <summary>What <c>/admin/status</c> says of a replica.</summary>
    public async Task<string?> ConditionOfAsync(string replica)
    {
        using HttpClient http = new();
        using JsonDocument status = JsonDocument.Parse(await http.GetStringAsync(new Uri(Gateway.AdminAddress, "/admin/status")));
        return status.RootElement.GetProperty("replicas").EnumerateArray().First(entry => entry.GetProperty("id").GetString() == replica).GetProperty("condition").GetString();
    }

    public Task DrainAsync(string replica) => CommandAsync(replica, "drain");

    public Task UndrainAsync(string replica) => CommandAsync(replica, "undrain");

    private async Task CommandAsync(string replica, string command)
    {
        using HttpClient http = new();
        using HttpResponseMessage response = await http.PostAsync(new Uri(Gateway.AdminAddress, $"/admin/replicas/{replica}/{command}"), null);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        foreach (ScriptedReplica replica in _replicas.Values)
            replica.Dispose();
    }
}
