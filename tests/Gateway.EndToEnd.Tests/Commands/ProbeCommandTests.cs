using Gateway.EndToEnd.Tests.Hostile;
using Gateway.EndToEnd.Tests.Upstreams;
using TestKit.Processes;
using TestKit.Sockets;

namespace Gateway.EndToEnd.Tests.Commands;

/// <summary><c>gateway probe</c> of the published binary: what it says of upstreams that are well, and of those that are not, and how it exits.</summary>
public sealed class ProbeCommandTests
{
    private const string Model = "meta/llama-3.1-8b-instruct";

    [Fact]
    public async Task Probe_OfSimulatedReplicas_IsATableWithoutFindings()
    {
        await using GatewayProcess simulators = await GatewayProcess.SimulateAsync("--port", "0", "--replicas", "2");
        string[] urls = [.. simulators.Output.Where(line => line.Contains("http://", StringComparison.Ordinal)).Select(line => line[line.IndexOf("http://", StringComparison.Ordinal)..].TrimEnd('/')).Distinct()];
        CommandProcess probe = await RunAsync($"sim: {{ type: dynamo, base-urls: [{string.Join(", ", urls.Select(url => $"\"{url}\""))}] }}");

        Assert.Equal(0, probe.ExitCode);
        string[] lines = probe.Output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("replica", lines[0], StringComparison.Ordinal);
        for (int i = 1; i <= 2; i++)
        {
            Assert.StartsWith($"sim-{i} ", lines[i], StringComparison.Ordinal);
            Assert.Contains($" {Model} ", lines[i], StringComparison.Ordinal);
            // Listing, completion, first token and stream.
            Assert.Equal(4, lines[i].Split(" ms").Length - 1);
        }

        Assert.Empty(probe.Error);
    }

    [Fact]
    public async Task Probe_OfAMissingModel_SaysSo()
    {
        await using GatewayProcess simulators = await GatewayProcess.SimulateAsync("--port", "0");
        string url = simulators.Output.Select(line => line.IndexOf("http://", StringComparison.Ordinal) is >= 0 and var at ? line[at..].TrimEnd('/') : "").First(text => text.Length > 0);
        CommandProcess probe = await RunAsync($"sim: {{ type: dynamo, base-url: \"{url}\" }}", "--model", Model + "x");

        Assert.Equal(1, probe.ExitCode);
        Assert.Contains($"the upstream does not have the model {Model}x", probe.Output, StringComparison.Ordinal);
        Assert.Contains($"Did you mean {Model}", probe.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "refused the connection", "is this its port")]
    [InlineData("http://no.such.invalid", "no.such.invalid", "base-url")]
    public async Task Probe_OfNobody_NamesTheStep(string url, string problem, string fix)
    {
        CommandProcess probe = await RunAsync($"gone: {{ type: openai, base-url: \"{url}\" }}");

        Assert.Equal(1, probe.ExitCode);
        Assert.Contains(problem, probe.Output, StringComparison.Ordinal);
        Assert.Contains(fix, probe.Output, StringComparison.Ordinal);
        Assert.Contains("  → ", probe.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_OfAnUntrustedServer_SaysHowToTrustIt()
    {
        using TestCertificates certificates = TestCertificates.Create(TimeProvider.System);
        using SocketServer server = new(certificates.Server);
        Task accepting = AcceptAsync(server);
        CommandProcess probe = await RunAsync($"tls: {{ type: openai, base-url: \"https://localhost:{server.Port}\" }}");

        Assert.Equal(1, probe.ExitCode);
        Assert.Contains("TLS", probe.Output, StringComparison.Ordinal);
        Assert.Contains("tls.ca", probe.Output, StringComparison.Ordinal);
        server.Dispose();
        await accepting;
    }

    [Theory]
    [InlineData("401 Unauthorized", "application/json", "{\"error\":{\"message\":\"Bad key the-key-of-the-test\"}}", "401", "api-key")]
    [InlineData("200 OK", "text/html", "<html>Log in</html>", "web page", "base-url")]
    public async Task Probe_OfAnUnhelpfulServer_SaysWhatToDo(string status, string type, string body, string problem, string fix)
    {
        using ScriptedUpstream upstream = new((connection, _) => connection.WriteAsync($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        CommandProcess probe = await RunAsync($"p: {{ type: openai, base-url: \"{upstream.Address.GetLeftPart(UriPartial.Authority)}\", api-key: the-key-of-the-test }}");

        Assert.Equal(1, probe.ExitCode);
        Assert.Contains(problem, probe.Output, StringComparison.Ordinal);
        Assert.Contains(fix, probe.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("the-key-of-the-test", probe.ToString(), StringComparison.Ordinal);
        Assert.All(upstream.Requests, request => Assert.Equal("Bearer the-key-of-the-test", RequestText.Header(request, "Authorization")));
    }

    [Theory]
    [InlineData(2, "no provider is called 'q'", "q")]
    [InlineData(2, "", "p", "--modell", "x")]
    public async Task Probe_OfNoProvider_IsAUsageError(int exitCode, string error, params string[] arguments)
    {
        CommandProcess probe = await RunAsync("p: { type: openai, base-url: \"http://127.0.0.1:1\" }", arguments);

        Assert.Equal(exitCode, probe.ExitCode);
        Assert.Contains(error, probe.Error, StringComparison.Ordinal);
        Assert.Empty(probe.Output);
    }

    private static async Task<CommandProcess> RunAsync(string provider, params string[] arguments)
    {
        using TemporaryFile file = new($"providers:\n  {provider}\n");
        return await CommandProcess.GatewayAsync(["probe", "--config", file.Path, .. arguments]);
    }

    private static async Task AcceptAsync(SocketServer server)
    {
        // Whoever does not trust it breaks off.
        while (true)
        {
            try
            {
                (await server.AcceptAsync()).Dispose();
            }
            catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The next one.
            }
            catch (Exception exception) when (exception is ObjectDisposedException or System.Net.Sockets.SocketException or TimeoutException or Xunit.Sdk.XunitException)
            {
                return;
            }
        }
    }
}
