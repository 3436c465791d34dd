using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Files;
using TestKit.Processes;
using static Gateway.EndToEnd.Tests.Reload.ReloadingGateway;

namespace Gateway.EndToEnd.Tests.Reload;

/// <summary>A configuration that changes under a running gateway.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly ScriptedReplica _old = new();
    private readonly ScriptedReplica _new = new();

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }

    [Fact]
    public async Task File_ProviderIsReplacedWhileStreamsRun_TheyFinishAndNewRequestsGoElsewhere()
    {
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _old.Does = async (connection, _) =>
        {
            await connection.WriteAsync(Chat.StreamHead + Play.Chunk(Chat.Role + Chat.Content("Hello")));
            await goOn.Task;
            await connection.WriteAsync(Play.Chunk(Chat.Finish + Chat.Done) + Chat.End);
        };
        await using ReloadingGateway gateway = await StartAsync(Yaml(Provider("old", _old.Address)));
        using RawClient first = await RawClient.PostAsync(gateway.Process.Address, Chat.Path, Chat.Stream);
        using RawClient second = await RawClient.PostAsync(gateway.Process.Address, Chat.Path, Chat.Stream);
        await first.ReadUntilAsync("Hello");
        await second.ReadUntilAsync("Hello");

        gateway.Write(Yaml(Provider("new", _new.Address)));
        await gateway.CountedAsync("success", 1);

        Assert.Equal((200, "new-1"), Of(await gateway.AskAsync()));
        Assert.Equal(2, await gateway.Process.MetricAsync("gateway_replica_inflight", "replica=\"old-1\""));
        Assert.Contains("\"condition\":\"removed\"", await gateway.GetAsync("/admin/status"), StringComparison.Ordinal);
        goOn.SetResult();
        foreach (RawClient client in (RawClient[])[first, second])
        {
            RawResponse finished = await client.ReadResponseAsync();
            Assert.Equal((200, "old-1", Play.StreamBody), (finished.Status, finished.Header("x-gateway-replica"), finished.Body));
        }

        await gateway.Process.IdleAsync();
        Assert.DoesNotContain("replica=\"old-1\"", string.Join('\n', (await gateway.GetAsync("/metrics")).Split('\n').Where(line => line.StartsWith("gateway_replica_inflight", StringComparison.Ordinal))), StringComparison.Ordinal);
        using JsonDocument status = JsonDocument.Parse(await gateway.GetAsync("/admin/status"));
        Assert.Equal("new-1", Assert.Single(status.RootElement.GetProperty("replicas").EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Hangup_ChangedFile_IsTaken()
    {
        await using ReloadingGateway gateway = await StartAsync(Yaml(Provider("old", _old.Address)));
        gateway.Write(Yaml(Provider("new", _new.Address)));
        gateway.Process.Signal(Signals.Hangup);
        await gateway.CountedAsync("success", 1);
        Assert.Equal((200, "new-1"), Of(await gateway.AskAsync()));
        gateway.Process.Signal(Signals.Hangup);
        await gateway.CountedAsync("unchanged", 1);
        Assert.Contains("SIGHUP", gateway.Process.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ChangedFile_AnswersWhenItIsInUse()
    {
        await using ReloadingGateway gateway = await StartAsync(Yaml(Provider("a", _old.Address)));
        gateway.Write(Yaml(Provider("a", _new.Address)) + "server: { max-request-body: 1MiB }\n" + "telemetry: { service-name: other }\n");
        (HttpStatusCode status, string text) = await gateway.ReloadAsync();
        Assert.Equal(HttpStatusCode.OK, status);
        JsonElement answer = JsonDocument.Parse(text).RootElement;
        // The file's watch may have come first.
        if (answer.GetProperty("result").GetString() == "success")
            Assert.Equal(["providers.a.base-url", "server.max-request-body", "telemetry.service-name"], answer.GetProperty("changed").EnumerateArray().Select(path => path.GetString()));
        Assert.Equal(["telemetry.service-name"], answer.GetProperty("needs_restart").EnumerateArray().Select(path => path.GetString()));
        await gateway.AskAsync();
        Assert.Equal((0, 1), (_old.Count, _new.Count));
        await Serving.EventuallyAsync(() => gateway.Process.StandardError.Contains("telemetry.service-name needs a restart", StringComparison.Ordinal), "not said");

        using JsonDocument values = JsonDocument.Parse(await gateway.GetAsync("/admin/config"));
        Dictionary<string, (string Value, string Source)> byPath = values.RootElement.GetProperty("values").EnumerateArray()
            .ToDictionary(value => value.GetProperty("path").GetString()!, value => (value.GetProperty("value").GetString()!, value.GetProperty("source").GetString()!));
        Assert.Equal(("1MiB", $"{gateway.File}:3"), byPath["server.max-request-body"]);
        Assert.Equal(("http://127.0.0.1:0", "--listen"), byPath["server.listen"]);
        Assert.Equal(("gateway", "default"), byPath["telemetry.service-name"]);
    }

    [Fact]
    public async Task Link_Swapped_IsTaken()
    {
        using LinkedFolder folder = new(("gateway.yaml", Yaml(Provider("old", _old.Address))));
        await using ReloadingGateway gateway = await StartOnAsync(folder.PathOf("gateway.yaml"));
        Assert.Equal((200, "old-1"), Of(await gateway.AskAsync()));
        folder.Swap(("gateway.yaml", Yaml(Provider("new", _new.Address))));
        await gateway.CountedAsync("success", 1);
        Assert.Equal((200, "new-1"), Of(await gateway.AskAsync()));
    }

    [Fact]
    public async Task File_Invalid_TheFormerStaysAndEveryMistakeIsLoggedWithItsPlace()
    {
        await using ReloadingGateway gateway = await StartAsync(Yaml(Provider("old", _old.Address)));
        gateway.Write(Yaml(Provider("new", _new.Address)) + "mid-stream: maybe\nretries: { max-attempts: many }\n");
        await gateway.CountedAsync("failure", 1);
        await Serving.EventuallyAsync(() => gateway.Process.StandardError.Contains("2 errors; the former one stays in use", StringComparison.Ordinal), "not said");
        Assert.Contains($"{gateway.File}:3:13: mid-stream: ", gateway.Process.StandardError, StringComparison.Ordinal);
        Assert.Contains($"{gateway.File}:4:26: retries.max-attempts: ", gateway.Process.StandardError, StringComparison.Ordinal);
        Assert.Equal((200, "old-1"), Of(await gateway.AskAsync()));

        (HttpStatusCode status, string text) = await gateway.ReloadAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        JsonElement error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal(("invalid_configuration", 2), (error.GetProperty("code").GetString(), error.GetProperty("errors").GetArrayLength()));

        System.IO.File.Delete(gateway.File);
        (status, text) = await gateway.ReloadAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("does not exist", text, StringComparison.Ordinal);
        Assert.Equal((200, "old-1"), Of(await gateway.AskAsync()));

        gateway.Write(Yaml(Provider("new", _new.Address)));
        await gateway.CountedAsync("success", 1);
        Assert.Equal((200, "new-1"), Of(await gateway.AskAsync()));
    }

    [Fact]
    public async Task KeyFile_Replaced_NewRequestsUseTheNewKeyOnTheSameConnections()
    {
        using LinkedFolder secret = new(("key", "key-one\n"));
        await using ReloadingGateway gateway = await StartAsync(Yaml(Provider("a", _old.Address, $"api-key-file: {secret.PathOf("key")}")));
        await gateway.AskAsync();
        secret.Swap(("key", "key-two\n"));
        await gateway.CountedAsync("success", 1);
        await gateway.AskAsync();
        Assert.Equal(["key-one", "key-two"], _old.Requests.Select(request => request.Contains("Bearer key-one\r\n", StringComparison.OrdinalIgnoreCase) ? "key-one" : request.Contains("Bearer key-two\r\n", StringComparison.OrdinalIgnoreCase) ? "key-two" : request));
        Assert.DoesNotContain("key-one", gateway.Process.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("key-two", gateway.Process.StandardError + await gateway.GetAsync("/admin/config"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drained_ByTheOperator_StaysSoAcrossReloads()
    {
        string urls = $"\"{_old.Address.GetLeftPart(UriPartial.Authority)}\", \"{_new.Address.GetLeftPart(UriPartial.Authority)}\"";
        string yaml = $"providers:\n  a: {{ type: openai, base-urls: [{urls}], models: [m] }}\n";
        await using ReloadingGateway gateway = await StartAsync(yaml);
        using HttpClient http = new();
        (await http.PostAsync(new Uri(gateway.Process.AdminAddress, "/admin/replicas/a-1/drain"), null)).EnsureSuccessStatusCode();
        gateway.Write(yaml.Replace("models: [m]", "models: [m], timeouts: { idle: 9s }", StringComparison.Ordinal));
        await gateway.CountedAsync("success", 1);
        for (int i = 0; i < 4; i++)
            Assert.Equal((200, "a-2"), Of(await gateway.AskAsync()));
        (await http.PostAsync(new Uri(gateway.Process.AdminAddress, "/admin/replicas/a-1/undrain"), null)).EnsureSuccessStatusCode();
        await gateway.AskAsync();
        await gateway.AskAsync();
        Assert.NotEqual(0, _old.Count);
    }

    [Fact]
    public async Task Load_ReloadsAllTheTime_NoRequestFails()
    {
        string[] yamls = [Yaml(Provider("a", _old.Address)), Yaml(Provider("a", _new.Address), Provider("b", _old.Address)), Yaml(Provider("b", _new.Address, "timeouts: { connect: 1s }"))];
        await using ReloadingGateway gateway = await StartAsync(yamls[0]);
        using CancellationTokenSource enough = new();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => AskUntilAsync(gateway, enough.Token))];
        for (int i = 1; i <= 15; i++)
        {
            gateway.Write(yamls[i % yamls.Length]);
            Assert.Equal(HttpStatusCode.OK, (await gateway.ReloadAsync()).Status);
        }

        await enough.CancelAsync();
        Assert.All(await Task.WhenAll(clients), asked => Assert.True(asked > 0));
        await gateway.Process.IdleAsync();
    }

    [Fact]
    public async Task Demo_HasNothingToReload()
    {
        await using GatewayProcess demo = await GatewayProcess.StartAsync(["demo", "--listen", "http://127.0.0.1:0", "--admin-listen", "http://127.0.0.1:0"]);
        using HttpClient http = new();
        using HttpResponseMessage response = await http.PostAsync(new Uri(demo.AdminAddress, "/admin/reload"), null);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("nothing_to_reload", System.Text.Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()), StringComparison.Ordinal);
        demo.Signal(Signals.Hangup);
        await Serving.EventuallyAsync(() => demo.StandardError.Contains("Nothing to reload (SIGHUP)", StringComparison.Ordinal), "no log line");
    }

    private static async Task<int> AskUntilAsync(ReloadingGateway gateway, CancellationToken enough)
    {
        int asked = 0;
        for (; !enough.IsCancellationRequested; asked++)
            Assert.Equal(200, (await gateway.AskAsync()).Status);
        return asked;
    }

    private static (int Status, string? Replica) Of(RawResponse response) => (response.Status, response.Header("x-gateway-replica"));
}
