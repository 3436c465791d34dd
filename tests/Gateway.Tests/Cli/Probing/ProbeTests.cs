using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Simulator;
using TestKit.Sockets;

namespace Gateway.Tests.Cli.Probing;

/// <summary>Each way an upstream can be wrong has its own reason and its own advice.</summary>
public sealed class ProbeTests
{
    private const string Key = "sk-canary-0123456789";

    [Fact]
    public async Task Upstream_IsWell_ShowsModelsAndTimes()
    {
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new() { Replicas = 2, RecordRequests = true });
        (int exitCode, string output) = await ProbeRun.OfAsync($"type: dynamo, base-urls: ['{frontends.Frontends[0].Address}', '{frontends.Frontends[1].Address}'], api-key: {Key}");

        Assert.Equal(0, exitCode);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Matches(@"^replica +credentials +models +model +completion +first token +stream$", lines[0]);
        Assert.Matches(@"^up-1 +accepted +2 in \d+ ms +meta/llama-3\.1-8b-instruct +\d+ ms +\d+ ms +\d+ ms$", lines[1]);
        Assert.Matches(@"^up-2 +accepted ", lines[2]);
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
        Assert.Equal([$"Bearer {Key}"], frontends.Frontends[0].LastRequest!.Headers["Authorization"]);
        Assert.Contains("\"max_tokens\":16", Encoding.UTF8.GetString(frontends.Frontends[0].LastRequest!.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_OfTheTypeThatTriesFields_IsProbedWithItsFields()
    {
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new());
        (int exitCode, string output) = await ProbeRun.OfAsync($"type: nim, base-url: '{frontends.Frontends[0].Address}', models: [meta/llama-3.1-70b-instruct]");

        Assert.Equal(0, exitCode);
        Assert.Matches(@"up-1 +none +1 configured +meta/llama-3\.1-70b-instruct ", output);
    }

    [Theory]
    [InlineData("sim/cut-after-3", "up-1 +none +2 in [0-9]+ ms +sim/cut-after-3 +failed ", "Completion: ")]
    [InlineData("sim/html", "failed +- +-", "answered with a web page")]
    [InlineData("sim/not-json", "failed +- +-", "Completion: ")]
    [InlineData("meta/llama-3.1-9b-instruct", "failed +- +-", "Did you mean meta/llama-3.1-8b-instruct")]
    public async Task Model_ThatFails_SaysHow(string model, string row, string reason)
    {
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new());
        (int exitCode, string output) = await ProbeRun.OfAsync($"type: dynamo, base-url: '{frontends.Frontends[0].Address}'", model);

        Assert.Equal(1, exitCode);
        Assert.Matches(row, output);
        Assert.Contains(reason, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_ThatIsCut_IsNoProof()
    {
        using SocketServer server = new();
        Task<(int ExitCode, string Output)> run = ProbeRun.OfAsync($"type: openai, base-url: 'http://127.0.0.1:{server.Port}', models: [m]");
        using (ServerConnection connection = await server.AcceptAsync())
        {
            Assert.Contains("\"stream\":false", await connection.ReadRequestAsync(), StringComparison.Ordinal);
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
            Assert.Contains("\"stream\":true", await connection.ReadRequestAsync(), StringComparison.Ordinal);
            string chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"po\"}}]}\n\n";
            await connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n{chunk.Length:x}\r\n{chunk}\r\n");
        }

        (int exitCode, string output) = await run;
        Assert.Equal(1, exitCode);
        Assert.Contains("broke off", output, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Answers => new()
    {
        { "401 Unauthorized", """{"error":{"message":"Incorrect API key provided: sk-canary-0123456789."}}""", "Check providers.up.api-key" },
        { "403 Forbidden", "", "Check providers.up.api-key" },
        { "404 Not Found", "<html>", "The gateway adds /v1/models itself" },
        { "200 OK", "<!doctype html><title>Sign in</title>", "a web page" },
        { "200 OK", "{\"hello\":1}", "not with a list of models" },
        { "200 OK", "{\"data\":[]}", "It lists no model." },
        { "302 Found", "", "follows no redirect" },
        { "429 Too Many Requests", "", "The rate limit is reached" },
        { "503 Service Unavailable", "", "is the model loaded" },
        { "500 Oops", "{\"message\":\"worker \\u001b[31m died\"}", "Look at the upstream's log." },
        { "400 Bad Request", "Client sent an HTTP request to an HTTPS server.", "write https://" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Listing_ThatIsNone_SaysWhatToDo(string status, string body, string advice)
    {
        using SocketServer server = new();
        Task<(int ExitCode, string Output)> run = ProbeRun.OfAsync($"type: openai, base-url: 'http://127.0.0.1:{server.Port}', api-key: {Key}");
        using ServerConnection connection = await server.AcceptAsync();
        Assert.StartsWith("GET /v1/models HTTP/1.1\r\n", await connection.ReadRequestAsync(), StringComparison.Ordinal);
        await connection.WriteAsync($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        (int exitCode, string output) = await run;
        Assert.Equal(1, exitCode);
        Assert.Contains(advice, output, StringComparison.Ordinal);
        Assert.Equal(status.StartsWith("40", StringComparison.Ordinal) && status[2] is '1' or '3', output.Contains(" rejected ", StringComparison.Ordinal));
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Listing_WithoutCredentialsThatAreWanted_SaysSo()
    {
        using SocketServer server = new();
        Task<(int ExitCode, string Output)> run = ProbeRun.OfAsync($"type: openai, base-url: 'http://127.0.0.1:{server.Port}'");
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.WriteAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");

        (_, string output) = await run;
        Assert.Matches("up-1 +missing ", output);
        Assert.Contains("set providers.up.api-key", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HELLO FTP\r\n", "not with HTTP/1.1")]
    [InlineData("", "closed it without an answer")]
    public async Task Peer_ThatSpeaksSomethingElse_IsNamed(string answer, string reason)
    {
        using SocketServer server = new();
        Task<(int ExitCode, string Output)> run = ProbeRun.OfAsync($"type: openai, base-url: 'http://127.0.0.1:{server.Port}'");
        using (ServerConnection connection = await server.AcceptAsync())
        {
            await connection.ReadRequestAsync();
            if (answer.Length > 0)
                await connection.WriteAsync(answer);
        }

        (int exitCode, string output) = await run;
        Assert.Equal(1, exitCode);
        Assert.Contains(reason, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_ThatNobodyListensOn_IsRefused()
    {
        using Socket free = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        (int exitCode, string output) = await ProbeRun.OfAsync($"type: openai, base-url: 'http://127.0.0.1:{((IPEndPoint)free.LocalEndPoint!).Port}'");

        Assert.Equal(1, exitCode);
        Assert.Contains("refused the connection", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(", discover: dns")]
    public async Task Name_ThatDoesNotExist_IsADnsMatter(string discovery)
    {
        (int exitCode, string output) = await ProbeRun.OfAsync($"type: openai, base-url: 'http://nowhere.invalid'{discovery}");

        Assert.Equal(1, exitCode);
        Assert.Contains("DNS: the name nowhere.invalid has no address here.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replicas_ThatAreDiscovered_AreAllProbed()
    {
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new());
        int port = frontends.Frontends[0].Address.Port;
        (int exitCode, string output) = await ProbeRun.OfAsync($"type: dynamo, base-url: 'http://localhost:{port}', discover: dns", lookup: _ => [IPAddress.Loopback]);

        Assert.Equal(0, exitCode);
        Assert.Matches("up-[0-9a-f]{6} +none +2 in", output);
    }

    [Theory]
    [InlineData(null, false, "nobody this gateway trusts has signed")]
    [InlineData("elsewhere.test", true, "is for another name")]
    [InlineData("expired", true, "has expired")]
    public async Task Certificate_ThatIsWrong_SaysHow(string? what, bool trusts, string reason)
    {
        TimeProvider made = what == "expired" ? new Yesterday() : TimeProvider.System;
        using TestCertificates certificates = TestCertificates.Create(made, what is null or "expired" ? "localhost" : what);
        using SocketServer server = new(certificates.Server);
        Task<(int ExitCode, string Output)> run = ProbeRun.OfAsync(
            $"type: openai, base-url: 'https://localhost:{server.Port}'{(trusts ? $", tls: {{ ca: {certificates.CaFile} }}" : "")}", caFile: trusts ? certificates.CaFile : null);
        Task accept = Record.ExceptionAsync(() => server.AcceptAsync());

        (int exitCode, string output) = await run;
        await accept;
        Assert.Equal(1, exitCode);
        Assert.Contains(reason, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_ToAPlainPort_SaysHttp()
    {
        await using SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(new());
        (_, string output) = await ProbeRun.OfAsync($"type: openai, base-url: 'https://127.0.0.1:{frontends.Frontends[0].Address.Port}'");

        Assert.Contains("If it is plain HTTP, write http:// in base-url.", output, StringComparison.Ordinal);
    }
}
