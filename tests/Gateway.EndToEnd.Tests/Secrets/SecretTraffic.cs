using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;
using static Gateway.EndToEnd.Tests.Secrets.SecretiveGateway;

namespace Gateway.EndToEnd.Tests.Secrets;

/// <summary>Goes every way through a gateway with secrets, and keeps what came back.</summary>
internal sealed class SecretTraffic(SecretiveGateway gateway)
{
    /// <summary>A configuration with secrets where none belongs, each wrong in another way.</summary>
    private static readonly string[] Mistakes =
    [
        $"server: {{ admin-token: [{Misplaced.Value}] }}",
        $"server: {{ admin-token: {{ a: {Misplaced.Value} }} }}",
        $"auth: {{ keys: [{{ id: a, key-sha256: \"{Misplaced.Value}\" }}] }}",
        $"auth: {{ keys: [{{ id: a, key: {Misplaced.Value}, key-sha256: {Misplaced.Value} }}] }}",
        $"auth: {{ keys: [{{ id: a, key: {Misplaced.Value} }}, {{ id: b, key: {Misplaced.Value} }}] }}",
        $"auth: {{ keys: [{{ id: a, key: \"{Misplaced.Value}\\n\" }}] }}",
        $"auth: {{ keys: [ {Misplaced.Value} ] }}",
        $"limits: {{ redis: \"{Misplaced.Value}\" }}",
        $"limits: {{ redis: \"redis://:{Misplaced.Value}@127.0.0.1:99999\" }}",
        $"limits: {{ redis: \"http://user:{Misplaced.Value}@host\" }}",
        $"providers: {{ p: {{ type: openai, base-url: \"http://user:{Misplaced.Value}@127.0.0.1:1\" }} }}",
        $"providers: {{ p: {{ type: openai, base-url: \"http://127.0.0.1:1\", api-key: {{ a: {Misplaced.Value} }} }} }}",
        $"providers: {{ p: {{ type: openai, base-url: \"http://127.0.0.1:1\", api-key: \"{Misplaced.Value}\\u0001\" }} }}",
        $"providers: {{ p: {{ type: openai, base-url: \"http://127.0.0.1:1\", api-keyy: {Misplaced.Value} }} }}",
        $"providers: {{ p: {{ type: openai, base-url: \"http://127.0.0.1:1\", api-key: {Misplaced.Value}, oauth2: {{ client-secret: {Misplaced.Value} }} }} }}",
        $"providers: {{ p: {{ type: openai, base-url: \"http://127.0.0.1:1\", request: {{ headers: {{ x-a: \"{Misplaced.Value}\\n\", Host: {Misplaced.Value} }} }} }} }}",
        $"providers: {{ p: {{ type: openai, base-url: \"http://127.0.0.1:1\", api-key: \"{Misplaced.Value}",
        $"providers: {{ p: {{ type: openai, base-url: \"http://127.0.0.1:1\", api-key: *{Misplaced.Value} }} }}",
        $"providers: {{ p: {{ type: openai, base-url: \"http://127.0.0.1:1\", api-key:{Misplaced.Value} }} }}",
        $"providers: {{ p: {{ type: openai, base-url: \"http://127.0.0.1:1\", api-key-file: {Misplaced.Value} }} }}",
        $"auth: {{ keys: [{{ id: a, key-file: {Misplaced.Value} }}] }}",
        $"server: {{ tls: {{ certificate: a.pem, key: {Misplaced.Value} }} }}",
        $"nonsense: {Misplaced.Value}",
        .. "&*!|>@`%'\"[{?".Select(special => $"providers:\n  p:\n    type: openai\n    base-url: http://127.0.0.1:1\n    api-key: {special}{Misplaced.Value}\n    nonsense: 1\n"),
    ];

    private readonly StringBuilder _answers = new();
    private int _asked;

    /// <summary>All that clients, operators and users of commands were told.</summary>
    public string Answers => _answers.ToString();

    /// <summary>Every endpoint of one kind with every fault, whole and streamed, from every client.</summary>
    public async Task AskEverythingAsync()
    {
        foreach (string model in Models)
        {
            foreach (string fault in QuotingUpstream.Faults)
            {
                await AskAsync(model, fault, stream: false);
                await AskAsync(model, fault, stream: true);
                await AskAsync(model, "200", stream: false);
            }
        }

        await AskAsync("gone", "200", stream: false);
        await AskAsync("gone", "200", stream: true);
        await AskAsync("nobody-has-it", "200", stream: false);
        string[] refused = [$"Bearer {ClientWrong.Value}", $"Bearer {ClientOff.Value}", $"Bearer {ClientPlain.Value}x", $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"a:{ClientWrong.Value}"))}", ClientWrong.Value];
        foreach (string authorization in refused)
            Assert.Equal(401, (await PostAsync(Chat.Path, Body("plain", "200", false), $"Authorization: {authorization}\r\n"))?.Status);
        Assert.Equal(403, (await PostAsync(Chat.Path, Body("file", "200", false), $"x-api-key: {ClientHash.Value}\r\n"))?.Status);
        await PostAsync(Chat.Path, $$"""{"model":"plain","key":"{{ClientWrong.Value}}""", Key(ClientPlain));
        await PostAsync($"/v1/nothing?api-key={Uri.EscapeDataString(ClientPlain.Value)}", "{}", Key(ClientPlain));
        using SocketsHttpHandler handler = new() { SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null } };
        using HttpClient secure = new(handler);
        secure.DefaultRequestHeaders.Add("api-key", ClientFile.Value);
        using HttpResponseMessage answer = await secure.PostAsync(new Uri(gateway.SecureAddress, Chat.Path), new StringContent(Body("file", "400", false), Encoding.UTF8, "application/json"));
        await KeepAsync(answer);
    }

    /// <summary>Forms, which are not held and not asked again.</summary>
    public async Task UploadAsync()
    {
        foreach (string fault in new[] { "200", "bare", "text", "cut-body", "401", "reset" })
        {
            string form = $"--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nplain\r\n--b\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\n{fault}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nsound\r\n--b--\r\n";
            using RawClient client = await RawClient.ConnectAsync(gateway.Process.Address);
            await client.SendAsync($"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: g\r\nContent-Type: multipart/form-data; boundary=b\r\n{Key(ClientPlain)}Content-Length: {form.Length}\r\n\r\n{form}");
            await ReadAsync(client);
        }
    }

    public async Task ListAsync()
    {
        foreach (string path in new[] { "/v1/models", "/v1/models/plain", "/v1/models/none", "/openai/models?api-version=1&api-key=" + Uri.EscapeDataString(ClientPlain.Value), "/health", "/health/ready" })
        {
            foreach (Canary key in new[] { ClientPlain, ClientWrong })
            {
                using RawClient client = await RawClient.ConnectAsync(gateway.Process.Address);
                await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: g\r\n{Key(key)}\r\n");
                await ReadAsync(client);
            }
        }
    }

    /// <summary>Gone, back with another password, back with the right one.</summary>
    public async Task LoseRedisAsync()
    {
        await gateway.RedisServer.StopAsync();
        await AskAsync("plain", "200", stream: false);
        await gateway.RedisServer.StartAgainAsync();
        using HttpClient http = Administrator(Admin);
        await gateway.RedisServer.AskAsync($"AUTH {Redis.Value}");
        await Serving.EventuallyAsync(() => gateway.Process.StandardError.Contains("Redis is used for limits again", StringComparison.Ordinal), "Redis did not come back");
    }

    public async Task AdministerAsync()
    {
        foreach (Canary token in new[] { AdminWrong, Admin })
        {
            using HttpClient http = Administrator(token);
            foreach (string path in new[] { "/metrics", "/admin/status", "/admin/config", "/health", "/dashboard", "/admin/none" })
                await KeepAsync(await http.GetAsync(new Uri(gateway.Process.AdminAddress, path)));
            await KeepAsync(await http.PostAsync(new Uri(gateway.Process.AdminAddress, "/admin/replicas/plain-1/drain"), null));
            await KeepAsync(await http.PostAsync(new Uri(gateway.Process.AdminAddress, "/admin/replicas/plain-1/undrain"), null));
        }

        using HttpClient operating = Administrator(Admin);
        string right = await File.ReadAllTextAsync(gateway.ConfigurationFile);
        foreach (string mistake in Mistakes)
        {
            await File.WriteAllTextAsync(gateway.ConfigurationFile, mistake);
            using HttpResponseMessage refused = await operating.PostAsync(new Uri(gateway.Process.AdminAddress, "/admin/reload"), null);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            await KeepAsync(refused);
        }

        await File.WriteAllTextAsync(gateway.ConfigurationFile, right.Replace(UpstreamAzure.Value, UpstreamAzure.Value + "y", StringComparison.Ordinal));
        gateway.Process.Signal(Signals.Hangup);
        await Serving.EventuallyAsync(async () =>
        {
            string metrics = await operating.GetStringAsync(new Uri(gateway.Process.AdminAddress, "/metrics"));
            return metrics.Contains("gateway_config_reloads_total{result=\"success\"} ", StringComparison.Ordinal);
        }, "no reload");
        await AskAsync("azure", "bare", stream: false);
        await KeepAsync(await operating.GetAsync(new Uri(gateway.Process.AdminAddress, "/admin/config")));
    }

    public async Task RunCommandsAsync()
    {
        Keep(await CommandProcess.GatewayAsync(["check", "--config", gateway.ConfigurationFile]));
        Keep(await CommandProcess.GatewayAsync(["check", "--config", gateway.ConfigurationFile, "--set", $"providers.plain.api-keyy={Misplaced.Value}", "--set", $"limits.redis={Misplaced.Value}"]));
        Keep(await CommandProcess.GatewayAsync(["check", "--config", gateway.ConfigurationFile], new Dictionary<string, string> { ["GATEWAY__PROVIDERS__PLAIN__API_KEYY"] = Misplaced.Value, ["GATEWAY__SERVER__ADMIN_TOKEN"] = Misplaced.Value + "\u00e9" }));
        Keep(await CommandProcess.GatewayAsync(["probe", "--config", gateway.ConfigurationFile]));
        foreach (string mistake in Mistakes)
        {
            await File.WriteAllTextAsync(gateway.ConfigurationFile, mistake);
            CommandProcess check = await CommandProcess.GatewayAsync(["check", "--config", gateway.ConfigurationFile]);
            Assert.Equal(1, check.ExitCode);
            Keep(check);
        }
    }

    private void Keep(CommandProcess command) => _answers.AppendLine(command.Output).AppendLine(command.Error);

    private async Task AskAsync(string model, string fault, bool stream)
    {
        Canary key = _asked++ % 2 == 0 ? ClientPlain : ClientFile;
        string path = (_asked % 5) switch
        {
            0 => $"/openai/deployments/{model}/chat/completions?api-version=2024-10-21&api-key={Uri.EscapeDataString(key.Value)}",
            1 => "/router/default/v1/chat/completions?a=b",
            _ => Chat.Path,
        };
        // The first that is there counts; the others are still credentials.
        string headers = (_asked % 3) switch { 0 => $"api-key: {key.Value}\r\n", 1 => $"x-api-key: {key.Value}\r\n", _ => Key(key) + $"api-key: {ClientWrong.Value}\r\n" };
        await PostAsync(path, Body(model, fault, stream), $"{headers}Cookie: k={ClientWrong.Value}\r\nProxy-Authorization: Bearer {ClientWrong.Value}\r\n{(fault == "silent" ? "x-gateway-timeout: 200ms\r\n" : "")}");
    }

    private async Task<RawResponse?> PostAsync(string path, string body, string headers)
    {
        using RawClient client = await RawClient.PostAsync(gateway.Process.Address, path, body, headers);
        return await ReadAsync(client);
    }

    private async Task<RawResponse?> ReadAsync(RawClient client)
    {
        try
        {
            return await client.ReadResponseAsync();
        }
        catch (EndOfStreamException)
        {
            return null;
        }
        finally
        {
            _answers.AppendLine(client.Received);
        }
    }

    private async Task KeepAsync(HttpResponseMessage response)
    {
        _answers.AppendLine(response.ToString()).AppendLine(Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
        response.Dispose();
    }

    private static HttpClient Administrator(Canary token) => new() { DefaultRequestHeaders = { Authorization = new("Bearer", token.Value) } };

    private static string Key(Canary key) => $"Authorization: Bearer {key.Value}\r\n";

    private static string Body(string model, string fault, bool stream) =>
        $$"""{"model":"{{JsonEncodedText.Encode(model)}}","user":"{{fault}}",{{(stream ? "\"stream\":true," : "")}}"messages":[{"role":"user","content":"hi"}]}""";
}
