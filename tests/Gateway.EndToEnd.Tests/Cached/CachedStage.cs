using System.Text.Json;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>A gateway with a cache in front of one scripted replica.</summary>
internal sealed class CachedStage : IAsyncDisposable
{
    private readonly Stage _stage;

    private CachedStage(Stage stage) => _stage = stage;

    public Stage Stage => _stage;

    public ScriptedReplica Upstream => _stage["p-1"];

    /// <param name="cache">Further keys of <c>cache</c>, each with a comma before it.</param>
    /// <param name="top">Further top-level keys.</param>
    /// <param name="provider">Keys of the provider.</param>
    public static async Task<CachedStage> StartAsync(string cache = "", string top = "", string provider = "")
    {
        CachedStage stage = new(await Stage.StartAsync($"cache: {{ enabled: true{cache} }}\n{top}", new StagedProvider("p", Options: provider)));
        stage.Upstream.Does = Answers.SayNumbers();
        return stage;
    }

    /// <summary>A deterministic request and its whole answer.</summary>
    public Task<RawResponse> AskAsync(bool stream = true, string headers = "", string fields = "") => _stage.AskAsync(stream, headers: headers, fields: "\"temperature\":0," + fields);

    public Task<RawClient> PostAsync(bool stream = true, string headers = "", string fields = "") => _stage.PostAsync(stream, headers: headers, fields: "\"temperature\":0," + fields);

    /// <summary>A client whose stream has begun: who asks the same from now on joins it.</summary>
    public async Task<RawClient> BeginAsync(string headers = "", string fields = "")
    {
        RawClient client = await PostAsync(headers: headers, fields: fields);
        await client.ReadUntilAsync("one");
        return client;
    }

    /// <summary>What the upstream does from now on.</summary>
    public HeldStream Hold(HeldStream held)
    {
        Upstream.Does = held.HoldAsync;
        return held;
    }

    /// <summary>Waits until so many requests share the calls that are under way: unlike one that is only active, they get what becomes of these.</summary>
    public Task AboardAsync(int count) => Serving.EventuallyAsync(async () => await WaitersAsync() == count, $"not {count} are aboard");

    /// <summary>Waits until so many requests are under way.</summary>
    public Task ActiveAsync(int count) =>
        Serving.EventuallyAsync(async () => await _stage.Gateway.MetricAsync("gateway_active_requests") == count, $"not {count} are active");

    /// <summary>Clients that ask the same and have all seen the beginning of its answer: all are aboard.</summary>
    public async Task<RawClient[]> BoardAsync(int count, string seen = "one")
    {
        RawClient[] clients = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => PostAsync()));
        await Task.WhenAll(clients.Select(client => client.ReadUntilAsync(seen)));
        return clients;
    }

    /// <summary>Clients that ask the same at once, when all of them are aboard.</summary>
    public async Task<RawClient[]> PostTogetherAsync(int count, bool stream = true)
    {
        RawClient[] clients = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => PostAsync(stream)));
        await AboardAsync(count);
        return clients;
    }

    /// <summary>What is there already and nothing else, which costs the upstream nothing: 504 when nothing fresh is.</summary>
    public Task<RawResponse> LookAsync(bool stream = true) => AskAsync(stream, "Cache-Control: only-if-cached\r\n");

    /// <summary>Waits until nothing fresh is there.</summary>
    public Task PastItsTimeAsync() => Serving.EventuallyAsync(async () => (await LookAsync()).Status == 504, "it stayed fresh");

    /// <summary>Waits for answers to be kept: they are a moment after they have ended.</summary>
    public Task KeptAsync(int count = 1) => Serving.EventuallyAsync(async () => await _stage.Gateway.MetricAsync("gateway_cache_entries") == count, "it was not kept");

    /// <summary>Waits until the answer that is kept says this.</summary>
    public Task KeptAsync(string says) => Serving.EventuallyAsync(async () => (await LookAsync()).Body.Contains(says, StringComparison.Ordinal), $"{says} is not kept");

    /// <summary>Asks and waits for the answer to be kept.</summary>
    public async Task<RawResponse> AskAndKeepAsync(bool stream = true, string headers = "", string fields = "")
    {
        RawResponse response = await AskAsync(stream, headers, fields);
        await KeptAsync();
        return response;
    }

    /// <summary>The answer and how the cache was met.</summary>
    public static (int Status, string? Cache) Met(RawResponse response) => (response.Status, response.Header("x-gateway-cache"));

    private async Task<int> WaitersAsync()
    {
        using HttpClient http = new();
        using JsonDocument status = JsonDocument.Parse(await http.GetStringAsync(new Uri(_stage.Gateway.AdminAddress, "/admin/status")));
        return status.RootElement.GetProperty("cache").GetProperty("waiters").GetInt32();
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();
}
