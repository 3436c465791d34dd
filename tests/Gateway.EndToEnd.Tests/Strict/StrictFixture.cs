using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Strict;

/// <summary>A gateway in front of a NIM that does what the test says, and another provider behind it that answers well.</summary>
public sealed class StrictFixture : IAsyncLifetime, IDisposable
{
    private readonly ScriptedUpstream _nim;
    private readonly ScriptedUpstream _other = new(static (connection, _) => connection.WriteAsync(Chat.Json("""{"from":"other"}""")));
    private readonly HttpClient _http = new();

    public StrictFixture() => _nim = new((connection, request) => Answer(connection, request));

    internal Func<UpstreamConnection, string, Task> Answer { get; set; } = static (connection, _) => Chat.AnswerAsync(connection);

    /// <summary>What the NIM was asked.</summary>
    internal ConcurrentQueue<string> Requests => _nim.Requests;

    internal Uri Nim => _nim.Address;

    internal GatewayProcess Gateway { get; private set; } = null!;

    public async Task InitializeAsync() => Gateway = await GatewayProcess.ServeAsync($$"""
        providers:
          nim: { type: nim, base-url: "{{_nim.Address}}v1", api-key: nvapi-secret, models: [{{string.Join(", ", Enumerable.Range(0, 40).Select(n => "m" + n))}}, both] }
          kept: { type: openai, base-url: "{{_nim.Address}}", models: [kept], request: { stream-options: adaptive } }
          other: { type: openai, base-url: "{{_other.Address}}", models: [both] }
        """);

    public async Task DisposeAsync() => await Gateway.DisposeAsync();

    public void Dispose()
    {
        _nim.Dispose();
        _other.Dispose();
        _http.Dispose();
    }

    /// <summary>A chat request; <paramref name="more"/> is further members, each with its leading comma.</summary>
    internal Task<HttpResponseMessage> ChatAsync(string model, string more = "", CancellationToken cancellation = default)
    {
        StringContent content = new($$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]{{more}}}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return _http.PostAsync(new Uri(Gateway.Address, Chat.Path), content, cancellation);
    }

    internal static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : "";

    internal static async Task<string> TextAsync(HttpResponseMessage response) => Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
}
