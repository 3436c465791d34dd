using System.Net;
using System.Net.Sockets;
using Gateway.Cli;

namespace Gateway.Tests.Cli;

public sealed class HealthcheckCommandTests
{
    [Theory]
    [InlineData("200 OK", ExitCode.Ok)]
    [InlineData("503 Service Unavailable", ExitCode.Failed)]
    [InlineData("302 Found", ExitCode.Failed)]
    public async Task Healthcheck_OfTheListenAddress_AsksReady(string status, int expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> request = AnswerOne(listener, status);
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        // The wildcard is reached by loopback.
        var run = new CommandRun { Files = { ["gateway.yaml"] = $"server: {{listen: 'http://0.0.0.0:{port}'}}\nproviders: {{a: {{type: simulator}}}}\n" } };
        int exitCode = await run.RunAsync("healthcheck");

        Assert.Equal("GET /health/ready HTTP/1.1", await request);
        Assert.Equal(expected, exitCode);
        Assert.Equal(expected == ExitCode.Ok, run.Error.Length == 0);
    }

    [Theory]
    [InlineData("", "GET /health/ready HTTP/1.1")]
    [InlineData("/", "GET /health/ready HTTP/1.1")]
    [InlineData("/health/live", "GET /health/live HTTP/1.1")]
    public async Task Healthcheck_OfAUrl_KeepsItsPath(string path, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> request = AnswerOne(listener, "200 OK");

        Assert.Equal(ExitCode.Ok, await new CommandRun().RunAsync("healthcheck", $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}{path}"));
        Assert.Equal(expected, await request);
    }

    [Fact]
    public async Task Healthcheck_NobodyListens_Exits1()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var run = new CommandRun();
        Assert.Equal(ExitCode.Failed, await run.RunAsync("healthcheck", $"http://127.0.0.1:{port}"));
        Assert.NotEmpty(run.Error);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", "port 0")]
    [InlineData("nonsense", "server.listen")]
    public async Task Healthcheck_NoKnownAddress_Exits1(string listen, string expected)
    {
        var run = new CommandRun { Variables = { ["DYNAMO_BASE_URL"] = "http://d" } };

        Assert.Equal(ExitCode.Failed, await run.RunAsync("healthcheck", "--set", $"server.listen={listen}"));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private static async Task<string> AnswerOne(TcpListener listener, string status)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream());
        string first = await reader.ReadLineAsync() ?? "";
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
            // The rest of the head does not matter.
        }

        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        return first;
    }
}
