using System.Security.Cryptography;
using System.Text;
using Gateway.EndToEnd.Tests.Hostile;
using Gateway.EndToEnd.Tests.Wire;
using Gateway.Simulator;
using TestKit.Processes;
using RawClient = Gateway.EndToEnd.Tests.Hostile.RawClient;

namespace Gateway.EndToEnd.Tests.Access;

/// <summary>A gateway with client keys of every form, two routers, and a provider whose name is the beginning of a model's.</summary>
public sealed class KeyedGateway : IAsyncLifetime
{
    public const string Everything = "everything-CANARY-0123456789";
    public const string Next = "everything-next-CANARY-0123456789";
    public const string FromFile = "from-a-file-CANARY-0123456789";
    public const string MetaOnly = "meta-only-CANARY-0123456789";
    public const string AliasOnly = "alias-only-CANARY-0123456789";
    public const string RouterOnly = "router-only-CANARY-0123456789";
    public const string SwitchedOff = "switched-off-CANARY-0123456789";
    public const string Expired = "expired-CANARY-0123456789";

    /// <summary>Listed by the simulator of both providers.</summary>
    public const string Model = GatewayFixture.Model;

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-keys-").FullName;
    private SimulatedFrontends? _frontends;
    private GatewayProcess? _gateway;

    internal SimulatedFrontend Upstream => _frontends!.Frontends[0];

    internal GatewayProcess Gateway => _gateway!;

    public async Task InitializeAsync()
    {
        _frontends = await SimulatedFrontends.StartAsync(new SimulatorOptions { OutputTokens = 3, RecordRequests = true });
        string file = Path.Combine(_folder, "key");
        await File.WriteAllTextAsync(file, $"{FromFile}\n");
        _gateway = await GatewayProcess.ServeAsync($$"""
            auth:
              keys:
                - { id: team-a, key: {{Everything}} }
                - { id: team-a, key-sha256: {{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Next)))}} }
                - { id: team-f, key-file: {{file}} }
                - { id: team-m, key: {{MetaOnly}}, models: ["meta/*"] }
                - { id: team-n, key: {{AliasOnly}}, models: [alias, gpt-4p] }
                - { id: team-r, key: {{RouterOnly}}, routers: [production] }
                - { id: team-x, key: {{SwitchedOff}}, enabled: false }
                - { id: team-y, key: {{Expired}}, expires: 2026-01-01 }
            providers:
              dynamo: { type: dynamo, base-url: "{{Upstream.Address}}", request: { tenant-header: true } }
              meta: { type: openai, base-url: "{{Upstream.Address}}", models: [gpt-4o, gpt-4o-mini] }
            model-mapping: { alias: [{{Model}}] }
            routers: { production: {} }
            """);
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_frontends is not null)
            await _frontends.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal static string Bearer(string key) => $"Authorization: Bearer {key}\r\n";

    internal static string Body(string model) => Requests.Body("chat", model, stream: false);

    internal async Task<RawResponse> PostAsync(string headers, string path = Chat.Path, string? body = null)
    {
        using RawClient client = await RawClient.PostAsync(Gateway.Address, path, body ?? Body(Model), headers);
        return await client.ReadResponseAsync();
    }

    internal async Task<RawResponse> GetAsync(string headers, string path)
    {
        using RawClient client = await RawClient.ConnectAsync(Gateway.Address);
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: gateway\r\n{headers}\r\n");
        return await client.ReadResponseAsync();
    }
}
