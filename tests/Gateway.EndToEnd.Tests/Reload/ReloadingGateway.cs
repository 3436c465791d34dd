using System.Net;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Reload;

/// <summary>A gateway whose configuration file the test changes.</summary>
internal sealed class ReloadingGateway : IAsyncDisposable
{
    private readonly HttpClient _http = new();

    private ReloadingGateway(GatewayProcess process, string file) => (Process, File) = (process, file);

    public GatewayProcess Process { get; }

    /// <summary>The configuration's path.</summary>
    public string File { get; }

    public static async Task<ReloadingGateway> StartAsync(string yaml)
    {
        GatewayProcess process = await GatewayProcess.ServeAsync(yaml);
        return new(process, Path.Combine(process.Folder, "gateway.yaml"));
    }

    /// <summary>Runs on a file of the test's own.</summary>
    public static async Task<ReloadingGateway> StartOnAsync(string file, string listen = "http://127.0.0.1:0", IReadOnlyDictionary<string, string>? environment = null) =>
        new(await GatewayProcess.StartAsync(["serve", "--config", file, "--listen", listen, "--admin-listen", "http://127.0.0.1:0"], environment: environment), file);

    /// <summary>A provider line of the configuration.</summary>
    public static string Provider(string name, Uri address, string options = "") =>
        $"  {name}: {{ type: openai, base-url: \"{address.GetLeftPart(UriPartial.Authority)}\", models: [m]{(options.Length > 0 ? ", " + options : "")} }}";

    public static string Yaml(params string[] providers) => "providers:\n" + string.Join('\n', providers) + "\n";

    public void Write(string yaml) => System.IO.File.WriteAllText(File, yaml);

    public async Task<(HttpStatusCode Status, string Text)> ReloadAsync()
    {
        using HttpResponseMessage response = await _http.PostAsync(new Uri(Process.AdminAddress, "/admin/reload"), null);
        return (response.StatusCode, System.Text.Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
    }

    public Task<string> GetAsync(string path) => _http.GetStringAsync(new Uri(Process.AdminAddress, path));

    public async Task<RawResponse> AskAsync(string headers = "")
    {
        using RawClient client = await RawClient.PostAsync(Process.Address, Chat.Path, Chat.Unary, headers);
        return await client.ReadResponseAsync();
    }

    /// <summary>Waits until reloads have ended so.</summary>
    public Task CountedAsync(string result, int count) => Serving.EventuallyAsync(
        async () => await Process.MetricAsync("gateway_config_reloads_total", $"result=\"{result}\"") >= count, $"no {result}; the log:\n{Process.StandardError}");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }
}
