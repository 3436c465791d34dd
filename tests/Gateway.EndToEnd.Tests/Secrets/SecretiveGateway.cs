using System.Security.Cryptography;
using System.Text;
using TestKit.Files;
using TestKit.Processes;
using TestKit.Sockets;

namespace Gateway.EndToEnd.Tests.Secrets;

/// <summary>A gateway with a canary in every place that takes a secret, and all that these are meant for.</summary>
internal sealed class SecretiveGateway : IAsyncDisposable
{
    public static readonly Canary ClientPlain = new("clientplain");
    public static readonly Canary ClientFile = new("clientfile");
    public static readonly Canary ClientHash = new("clienthash");
    public static readonly Canary ClientOff = new("clientoff");
    public static readonly Canary ClientWrong = new("clientwrong");
    public static readonly Canary UpstreamPlain = new("upstreamplain");
    public static readonly Canary UpstreamHeader = new("upstreamheader");
    public static readonly Canary UpstreamFile = new("upstreamfile");
    public static readonly Canary UpstreamAzure = new("upstreamazure");
    public static readonly Canary UpstreamGone = new("upstreamgone");
    public static readonly Canary TokenOfBasic = new("tokenofbasic");
    public static readonly Canary TokenOfBody = new("tokenofbody");
    public static readonly Canary OAuthBasic = new("oauthbasic");
    public static readonly Canary OAuthBody = new("oauthbody");
    public static readonly Canary Admin = new("admin");
    public static readonly Canary AdminWrong = new("adminwrong");
    public static readonly Canary Redis = new("redis");
    public static readonly Canary Misplaced = new("misplaced");

    /// <summary>Each model is one provider's, of the same name.</summary>
    public static readonly string[] Models = ["plain", "file", "azure", "basic", "body"];

    private readonly Dictionary<string, QuotingUpstream> _upstreams = Models.ToDictionary(model => model, _ => new QuotingUpstream());
    private readonly TestCertificates _certificates = TestCertificates.Create(TimeProvider.System);
    private readonly LinkedFolder _folder;

    private SecretiveGateway(RedisServer redis)
    {
        RedisServer = redis;
        _folder = new(
            ("client.key", ClientFile.Value + "\n"), ("upstream.key", UpstreamFile.Value + "\n"), ("oauth.secret", OAuthBody.Value + "\n"),
            ("tls.crt", _certificates.CertificatePem), ("tls.key", _certificates.KeyPem), ("gateway.yaml", ""));
        File.WriteAllText(ConfigurationFile, Yaml());
    }

    public GatewayProcess Process { get; private set; } = null!;

    public RedisServer RedisServer { get; }

    public QuotingTokenService BasicTokens { get; } = new(TokenOfBasic);

    public QuotingTokenService BodyTokens { get; } = new(TokenOfBody);

    public QuotingUpstream this[string model] => _upstreams[model];

    public string ConfigurationFile { get; } = Path.GetTempFileName();

    /// <summary>A line of the private key.</summary>
    public string TlsKeyLine => _certificates.KeyPem.Split('\n')[1][8..40];

    /// <summary>The https address, in its own listener.</summary>
    public Uri SecureAddress
    {
        get
        {
            string log = Process.StandardError;
            int at = log.IndexOf("https://", StringComparison.Ordinal);
            return new(log[at..log.IndexOfAny([',', ';', ' ', '"'], at)]);
        }
    }

    public static async Task<SecretiveGateway> StartAsync()
    {
        SecretiveGateway gateway = new(await RedisServer.StartAsync(null, "--requirepass", Redis.Value));
        gateway.Process = await GatewayProcess.StartAsync(["serve", "--config", gateway.ConfigurationFile]);
        return gateway;
    }

    /// <summary>What may reach an upstream.</summary>
    public static Canary[] MeantFor(string model) => model switch
    {
        "plain" => [UpstreamPlain, UpstreamHeader],
        "file" => [UpstreamFile],
        "azure" => [UpstreamAzure],
        "basic" => [TokenOfBasic],
        _ => [TokenOfBody],
    };

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await RedisServer.DisposeAsync();
        foreach (QuotingUpstream upstream in _upstreams.Values)
            upstream.Dispose();
        BasicTokens.Dispose();
        BodyTokens.Dispose();
        _certificates.Dispose();
        _folder.Dispose();
        File.Delete(ConfigurationFile);
    }

    private string Yaml() => $$"""
        server:
          listen: ["http://127.0.0.1:0", "https://127.0.0.1:0"]
          admin-listen: http://127.0.0.1:0
          admin-token: {{Admin.Value}}
          tls: { certificate: {{_folder.PathOf("tls.crt")}}, key: {{_folder.PathOf("tls.key")}} }
        auth:
          keys:
            - { id: plain, key: {{ClientPlain.Value}}, rate-limit: { requests-per-minute: 100000, tokens-per-minute: 100000000, concurrent-requests: 64 } }
            - { id: file, key-file: {{_folder.PathOf("client.key")}}, rate-limit: { requests-per-minute: 100000 } }
            - { id: hash, key-sha256: {{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(ClientHash.Value)))}}, models: [plain] }
            - { id: off, key: {{ClientOff.Value}}, enabled: false }
        providers:
          plain: { type: openai, base-url: "{{this["plain"].Address}}", models: [plain], api-key: {{UpstreamPlain.Value}}, request: { headers: { x-inner: {{UpstreamHeader.Value}} } }, health: { eject-after: 1000 } }
          file: { type: openai, base-url: "{{this["file"].Address}}", models: [file], api-key-file: {{_folder.PathOf("upstream.key")}}, health: { eject-after: 1000 } }
          azure: { type: azure-openai, base-url: "{{this["azure"].Address}}", models: [azure], api-key: {{UpstreamAzure.Value}}, health: { eject-after: 1000 } }
          basic: { type: azure-openai, base-url: "{{this["basic"].Address}}", models: [basic], health: { eject-after: 1000 }, oauth2: { token-url: "{{BasicTokens.Url}}", client-id: gw, client-secret: {{OAuthBasic.Value}} } }
          body: { type: azure-openai, base-url: "{{this["body"].Address}}", models: [body], health: { eject-after: 1000 }, oauth2: { token-url: "{{BodyTokens.Url}}", client-id: gw, client-secret-file: {{_folder.PathOf("oauth.secret")}}, auth-style: body } }
          gone: { type: openai, base-url: "http://127.0.0.1:1", models: [gone], api-key: {{UpstreamGone.Value}} }
        limits: { redis: "redis://:{{Uri.EscapeDataString(Redis.Value)}}@127.0.0.1:{{RedisServer.Port}}" }
        retries: { max-attempts: 1 }
        """;
}
