using System.Text;
using Gateway.Configuration;
using Gateway.Streaming;
using TestKit.Sockets;

namespace Gateway.Tests.Configuration;

public sealed class ConfigurationLoaderTests
{
    private const string Full = """
        server:
          listen: [http://127.0.0.1:8081, "https://[::1]:8443"]
          admin-listen: http://localhost:9092
          max-request-body: 2MiB
          shutdown-delay: 0
          shutdown-grace: 1.5s
          client-stall: off
          tls: {certificate: tls/server.pem, key: tls/server.key}
        providers:
          first:
            type: dynamo
            base-urls: [http://d0:8000/v1/, "http://d1:8000/ai/v1", http://d2:8000/ai/]
            api-key: "  Bearer  abc "
            http-version: "1.1"
            models: [m/one, m/two]
            timeouts: {connect: 250ms, first-byte: 8s, idle: 2m, total: 1h}
            request:
              stream-options: drop
              max-tokens-field: max_completion_tokens
              drop-fields: [user]
              headers: {X-Team: blue}
              allow-headers: [x-trace]
              correlation-id-header: correlationId
            tls: {ca: tls/server.pem}
          sim: {type: simulator, replicas: 5}
        model-mapping:
          nvidia/llama3.1-70b: [gpt-4o, mistral-large]
        routers:
          production:
            load-balance:
              chat: {strategy: round-robin, providers: [sim, first]}
              embeddings: {strategy: least-requests, providers: [first]}
            keepalive: {interval: 1s}
        keepalive: {interval: 2s, style: comment, before-headers: false}
        mid-stream: error
        telemetry: {logs: text, access-log: false, otlp-endpoint: http://otel:4317, service-name: edge}
        """;

    private static readonly (string Certificate, string Key) Pem = MakePem();

    private static Load FullLoad() => new Load { File = "etc/g.yaml" }
        .WithFile("etc/g.yaml", Full)
        .WithFile("etc/tls/server.pem", Pem.Certificate)
        .WithFile("etc/tls/server.key", Pem.Key);

    private static (string Certificate, string Key) MakePem()
    {
        using TestCertificates made = TestCertificates.Create(TimeProvider.System);
        return (made.CertificatePem, made.KeyPem);
    }

    [Fact]
    public void Load_FullServer_MapsEveryValue()
    {
        ServerOptions server = FullLoad().Options().Server;

        Assert.Equal([new Uri("http://127.0.0.1:8081"), new Uri("https://[::1]:8443")], server.Listen);
        Assert.Equal(new Uri("http://localhost:9092"), server.AdminListen);
        Assert.Equal(2 << 20, server.MaxRequestBody);
        Assert.Equal(TimeSpan.Zero, server.ShutdownDelay);
        Assert.Equal(TimeSpan.FromSeconds(1.5), server.ShutdownGrace);
        Assert.Equal(TimeSpan.Zero, server.ClientStall);
        Assert.Equal(("etc/tls/server.pem", "etc/tls/server.key"), (server.Tls?.CertificateFile, server.Tls?.KeyFile));
        Assert.Equal(Pem, (server.Tls?.CertificatePem, server.Tls?.KeyPem.Reveal()));
    }

    [Fact]
    public void Load_FullProvider_MapsEveryValue()
    {
        IReadOnlyList<ProviderOptions> providers = FullLoad().Options().Providers;

        Assert.Equal(["first", "sim"], providers.Select(provider => provider.Name));
        ProviderOptions first = providers[0];
        Assert.Equal(ProviderType.Dynamo, first.Type);
        Assert.Equal(["http://d0:8000/", "http://d1:8000/ai", "http://d2:8000/ai"], first.BaseUrls.Select(url => url.AbsoluteUri));
        Assert.Equal("abc", first.ApiKey?.Reveal());
        Assert.Equal(["m/one", "m/two"], first.Models);
        Assert.Equal(
            new TimeoutOptions { Connect = TimeSpan.FromMilliseconds(250), FirstByte = TimeSpan.FromSeconds(8), Idle = TimeSpan.FromMinutes(2), Total = TimeSpan.FromHours(1) },
            first.Timeouts);
        Assert.Equal(StreamOptionsMode.Drop, first.Request.StreamOptions);
        Assert.Equal(MaxTokensField.MaxCompletionTokens, first.Request.MaxTokensField);
        Assert.Equal(["user"], first.Request.DropFields);
        Assert.Equal(("X-Team", "blue"), (first.Request.Headers[0].Key, first.Request.Headers[0].Value.Reveal()));
        Assert.Equal(["x-trace"], first.Request.AllowHeaders);
        Assert.Equal("correlationId", first.Request.CorrelationIdHeader);
        Assert.Equal(("etc/tls/server.pem", Pem.Certificate), (first.TlsCaFile, first.TlsCaPem));
        Assert.Equal((ProviderType.Simulator, 5), (providers[1].Type, providers[1].SimulatedReplicas));
    }

    [Fact]
    public void Load_FullRest_MapsEveryValue()
    {
        GatewayOptions options = FullLoad().Options();

        Assert.Equal(["gpt-4o", "mistral-large"], options.ModelMapping["nvidia/llama3.1-70b"]);
        Assert.Equal(new KeepaliveOptions { Interval = TimeSpan.FromSeconds(2), Style = KeepaliveStyle.Comment, BeforeHeaders = false }, options.Keepalive);
        Assert.Equal(
            new TelemetryOptions { Logs = LogFormat.Text, AccessLog = false, OtlpEndpoint = new Uri("http://otel:4317"), ServiceName = "edge" },
            options.Telemetry);

        Assert.Equal(["default", "production"], options.Routers.Select(router => router.Name));
        AssertBalance(BalancingStrategy.Priority, ["first", "sim"], options.Routers[0].Default);
        RouterOptions production = options.Routers[1];
        AssertBalance(BalancingStrategy.RoundRobin, ["sim", "first"], production.For(Endpoint.ChatCompletions));
        AssertBalance(BalancingStrategy.RoundRobin, ["sim", "first"], production.For(Endpoint.Responses));
        AssertBalance(BalancingStrategy.LeastRequests, ["first"], production.For(Endpoint.Embeddings));
        Assert.Equal(options.Keepalive with { Interval = TimeSpan.FromSeconds(1) }, production.Keepalive);
        Assert.Null(options.Routers[0].Keepalive);
    }

    [Fact]
    public void Load_Minimal_TakesTheRecordsDefaults()
    {
        GatewayOptions options = Load.Yaml(Load.Minimal).Options();

        Assert.Equal(new ServerOptions() with { Listen = options.Server.Listen }, options.Server);
        Assert.Equal(new ServerOptions().Listen, options.Server.Listen);
        Assert.Equal(new KeepaliveOptions(), options.Keepalive);
        Assert.Equal(new TelemetryOptions(), options.Telemetry);
        Assert.Equal(new TimeoutOptions(), options.Providers[0].Timeouts);
        Assert.Equal(StreamOptionsMode.Inject, options.Providers[0].Request.StreamOptions);
        Assert.Equal(MaxTokensField.Keep, options.Providers[0].Request.MaxTokensField);
        Assert.Null(options.Providers[0].ApiKey);
        RouterOptions router = Assert.Single(options.Routers);
        AssertBalance(BalancingStrategy.Priority, ["a"], router.Default);
    }

    [Theory]
    [InlineData("api-key: ''")]
    [InlineData("api-key: Bearer")]
    [InlineData("api-key: 'Bearer '")]
    [InlineData("api-key:")]
    [InlineData("api-key: ${UNSET:-}")]
    public void Load_EmptyKey_IsNone(string line) =>
        Assert.Null(Load.Yaml($"providers:\n  a:\n    type: openai\n    base-url: http://a\n    {line}\n").Options().Providers[0].ApiKey);

    [Fact]
    public void Load_ApiKeyFile_ReadsBesideTheConfiguration()
    {
        Load load = new Load { File = "etc/g.yaml" }
            .WithFile("etc/g.yaml", "providers:\n  a: {type: openai, base-url: http://a, api-key-file: key}\n")
            .WithFile("etc/key", "Bearer from-file\n");

        Assert.Equal("from-file", load.Options().Providers[0].ApiKey?.Reveal());
    }

    [Fact]
    public void Load_AnchorsAndMergeKeys_InheritAndOverride()
    {
        GatewayOptions options = Load.Yaml("""
            providers:
              a: &base {type: dynamo, base-url: http://a:8000, models: [m], timeouts: &times {idle: 7s}}
              b: {<<: *base, base-url: http://b:8000}
              c: {type: openai, base-url: http://c, timeouts: *times}
            """).Options();

        Assert.Equal((ProviderType.Dynamo, "http://b:8000/"), (options.Providers[1].Type, options.Providers[1].BaseUrls[0].AbsoluteUri));
        Assert.Equal(["m"], options.Providers[1].Models);
        Assert.Equal(TimeSpan.FromSeconds(7), options.Providers[2].Timeouts.Idle);
    }

    [Fact]
    public void Load_OverrideOfSharedAnchor_ChangesOnlyItsOwnPath()
    {
        GatewayOptions options = Load.Yaml("""
            providers:
              a: {type: openai, base-url: http://a, timeouts: &times {idle: 7s}}
              b: {type: openai, base-url: http://b, timeouts: *times}
            """).Set("providers.b.timeouts.idle", "9s").Options();

        Assert.Equal([7, 9], options.Providers.Select(provider => provider.Timeouts.Idle.TotalSeconds));
    }

    [Fact]
    public void Load_ByteOrderMarkAndCrLf_AreNoProblem()
    {
        Load load = Load.NoFile();
        load.Files["gateway.yaml"] = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Load.Minimal.Replace("\n", "\r\n", StringComparison.Ordinal))];

        Assert.Single(load.Options().Providers);
    }

    [Fact]
    public void Load_DefaultRouterGiven_IsNotMadeAgain()
    {
        GatewayOptions options = Load.Yaml(Load.Minimal + "routers: {default: {load-balance: {chat: {strategy: round-robin}}}}").Options();

        AssertBalance(BalancingStrategy.RoundRobin, ["a"], Assert.Single(options.Routers).Default);
    }

    [Theory]
    [InlineData("priority", nameof(BalancingStrategy.Priority))]
    [InlineData("round-robin", nameof(BalancingStrategy.RoundRobin))]
    [InlineData("least-requests", nameof(BalancingStrategy.LeastRequests))]
    [InlineData("latency", nameof(BalancingStrategy.Latency))]
    [InlineData("prefix-affinity", nameof(BalancingStrategy.PrefixAffinity))]
    [InlineData("weighted", nameof(BalancingStrategy.Weighted))]
    public void Load_Strategy_IsMapped(string written, string strategy)
    {
        GatewayOptions options = Load.Yaml(Load.Minimal + $"routers: {{default: {{load-balance: {{chat: {{strategy: {written}, providers: [{{name: a}}]}}}}}}}}").Options();

        AssertBalance(Enum.Parse<BalancingStrategy>(strategy), ["a"], Assert.Single(options.Routers).Default);
    }

    [Fact]
    public void Load_Weights_AreMappedAndShown()
    {
        Load load = Load.Yaml("""
            providers: {a: {type: simulator}, b: {type: simulator}, c: {type: simulator}}
            routers: {r: {load-balance: {chat: {strategy: weighted, providers: [{name: a, weight: 3}, {name: b, weight: 0.5}, c]}}}}
            """);

        Assert.Equal([new("a", 3), new("b", 0.5), new("c", 1)], load.Options().Routers[1].Default.Providers);
        Assert.Contains(load.Result().Values, value => value.Text == "{name: a, weight: 3}, {name: b, weight: 0.5}, c");
    }

    [Fact]
    public void Load_ListenBeyondLoopback_Warns()
    {
        ConfigurationResult result = Load.Yaml(Load.Minimal).Set("server.listen", "http://0.0.0.0:8080").Result();

        Assert.Contains("server.listen: whoever reaches 0.0.0.0:8080 can use the providers; set auth.keys", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Values_NameTheirSources()
    {
        ConfigurationResult result = Load.Yaml("providers:\n  a:\n    type: openai\n    base-url: http://a\n    api-key: k3y\n")
            .With("GATEWAY__SERVER__SHUTDOWN_GRACE", "1s")
            .Set("telemetry.service-name", "x")
            .Result();

        Dictionary<string, string> values = result.Values.ToDictionary(value => value.Path, value => $"{value.Text} from {value.Source}", StringComparer.Ordinal);
        Assert.Equal("*** from gateway.yaml:5", values["providers.a.api-key"]);
        Assert.Equal("1s from GATEWAY__SERVER__SHUTDOWN_GRACE", values["server.shutdown-grace"]);
        Assert.Equal("x from --set telemetry.service-name", values["telemetry.service-name"]);
        Assert.Equal("8s from default", values["keepalive.interval"]);
    }

    private static void AssertBalance(BalancingStrategy strategy, string[] providers, LoadBalanceOptions actual)
    {
        Assert.Equal(strategy, actual.Strategy);
        Assert.Equal(providers, actual.Providers.Select(provider => provider.Name));
    }
}
