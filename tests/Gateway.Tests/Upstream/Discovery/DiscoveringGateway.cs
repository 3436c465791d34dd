using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Gateway.Configuration;
using Gateway.Hosting;
using Gateway.Simulator;
using Gateway.Upstream.Discovery;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Discovery;

/// <summary>
/// A whole gateway in front of simulated frontends on 127.0.0.1, 127.0.0.2 and 127.0.0.3, one port, behind one name that resolves to whichever of them
/// the test says. Gateway and frontends have clocks of their own that the test moves.
/// </summary>
internal sealed class DiscoveringGateway : IAsyncDisposable
{
    internal const string Model = "meta/llama-3.1-8b-instruct";

    private readonly List<SimulatedFrontends> _frontends = [];
    private readonly HttpClient _client = new();
    private GatewayHost? _gateway;
    private int _port;

    internal ManualTimeProvider Clock { get; } = new();

    internal ManualTimeProvider FrontendClock { get; } = new();

    /// <summary>What the name resolves to.</summary>
    internal Func<Task<IPAddress[]>> Dns { get; set; } = () => Task.FromResult<IPAddress[]>([]);

    internal static async Task<DiscoveringGateway> StartAsync(Func<Task<IPAddress[]>> dns, params string[] models)
    {
        DiscoveringGateway gateway = new() { Dns = dns };
        foreach (string host in (string[])["127.0.0.1", "127.0.0.2", "127.0.0.3"])
            await gateway.AddFrontendAsync(host);
        ProviderOptions provider = new()
        {
            Name = "dynamo",
            Type = ProviderType.Dynamo,
            BaseUrls = [new($"http://frontends.test:{gateway._port}")],
            DiscoversByDns = true,
            Models = models,
        };
        GatewayOptions options = new()
        {
            Server = new() { Listen = [new("http://127.0.0.1:0")], AdminListen = new("http://127.0.0.1:0") },
            Providers = [provider],
            Routers = [new() { Name = "default", Default = new(BalancingStrategy.RoundRobin, [new("dynamo")]) }],
            Telemetry = new() { AccessLog = false },
        };
        gateway._gateway = await GatewayHost.StartAsync(options, gateway.Clock, new NoChance(), (_, _) => gateway.Dns());
        gateway._client.BaseAddress = gateway._gateway.Addresses[0];
        return gateway;
    }

    internal static IPAddress[] Addresses(params int[] last) => [.. last.Select(number => new IPAddress([127, 0, 0, (byte)number]))];

    internal string IdOf(int last) => AddressId.Of("dynamo", new(Addresses(last)[0], _port), new HashSet<string>());

    /// <summary>Returns at the response's head. A stream goes on after its first token when the frontends' clock moves; a unary answer is one token.</summary>
    internal Task<HttpResponseMessage> ChatAsync(bool stream = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        string body = $$"""{"model":"{{Model}}","max_tokens":{{(stream ? 3 : 1)}},"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""";
        HttpRequestMessage request = new(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).OrFail("no answer", file, line);
    }

    internal Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(path, UriKind.Relative));

    internal Task<string> ScrapeAsync() => _client.GetStringAsync(new Uri(_gateway!.AdminAddress, "/metrics"));

    /// <summary>Asks until exactly these replicas have answered the last requests, each at least once.</summary>
    internal async Task ServedByAsync(params string[] replicas)
    {
        Queue<string> last = [];
        for (int asked = 0; asked < 2000; asked++)
        {
            using HttpResponseMessage response = await ChatAsync();
            last.Enqueue(response.Headers.TryGetValues("x-gateway-replica", out IEnumerable<string>? ids) ? ids.Single() : response.StatusCode.ToString());
            if (last.Count > 3 * replicas.Length)
                last.Dequeue();
            if (last.Count == 3 * replicas.Length && last.ToHashSet().SetEquals(replicas))
                return;
        }

        Assert.Fail($"wanted {string.Join(", ", replicas)}; answered: {string.Join(", ", last)}");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        foreach (SimulatedFrontends frontends in _frontends)
            await frontends.DisposeAsync();
    }

    private async Task AddFrontendAsync(string host)
    {
        SimulatorOptions options = new() { Host = host, Port = _port, TimeProvider = FrontendClock, InterToken = LatencyDistribution.Fixed(TimeSpan.FromMinutes(1)) };
        SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(options);
        _frontends.Add(frontends);
        _port = frontends.Frontends[0].Address.Port;
    }
}
