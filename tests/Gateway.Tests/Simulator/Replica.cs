using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gateway.Simulator;

namespace Gateway.Tests.Simulator;

/// <summary>One running simulated frontend and a client of it.</summary>
internal sealed class Replica : IAsyncDisposable
{
    public const string Chat = "/v1/chat/completions";
    public const string Model = "meta/llama-3.1-8b-instruct";

    private readonly SimulatedFrontends _frontends;

    private Replica(SimulatedFrontends frontends, SimulatorOptions options)
    {
        (_frontends, Options) = (frontends, options);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, MaxResponseDrainSize = 0 }) { BaseAddress = Frontend.Address, Timeout = TimeSpan.FromSeconds(20) };
    }

    public SimulatorOptions Options { get; }

    public HttpClient Client { get; }

    public SimulatedFrontend Frontend => _frontends.Frontends[0];

    public IReadOnlyList<SimulatedFrontend> Frontends => _frontends.Frontends;

    public static CancellationToken Timeout => new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System).Token;

    public static async Task<Replica> StartAsync(SimulatorOptions? options = null)
    {
        options ??= new SimulatorOptions();
        return new Replica(await SimulatedFrontends.StartAsync(options), options);
    }

    /// <summary>A chat body; <paramref name="more"/> is further members, each with its leading comma.</summary>
    public static string ChatBody(string model = Model, string more = ",\"stream\":true") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Say something"}]{{more}}}""";

    public static StringContent Json(string body) => new(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    public Task<HttpResponseMessage> PostAsync(string body, string path = Chat) =>
        Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) }, HttpCompletionOption.ResponseHeadersRead);

    public async Task<(int Status, string Body)> TextAsync(string body, string path = Chat)
    {
        using HttpResponseMessage response = await PostAsync(body, path);
        return ((int)response.StatusCode, await ReadAsync(response));
    }

    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)response.StatusCode, await ReadAsync(response));
    }

    /// <summary>The body of a response that is expected to be whole.</summary>
    public static async Task<string> ReadAsync(HttpResponseMessage response) => Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());

    /// <summary>The events of a complete stream, split on blank lines.</summary>
    public async Task<string[]> EventsAsync(string body, string path = Chat)
    {
        (int status, string text) = await TextAsync(body, path);
        Assert.Equal(200, status);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        return text[..^2].Split("\n\n");
    }

    /// <summary>The JSON of the events that have any.</summary>
    public async Task<JsonElement[]> ChunksAsync(string body, string path = Chat) => ParseChunks(await EventsAsync(body, path));

    public static JsonElement[] ParseChunks(IEnumerable<string> events) =>
    [
        .. events.SelectMany(static one => one.Split('\n')).Where(static line => line.StartsWith("data: {", StringComparison.Ordinal))
            .Select(static line => JsonElement.Parse(line["data: ".Length..])),
    ];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _frontends.DisposeAsync();
    }
}
