using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using TestKit.Sockets;

namespace TestKit.Processes;

/// <summary>A real <c>redis-server</c> on a free loopback port, in a folder of its own, without anything kept on disk; ended with the test.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const int PortsToTry = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("redis-test-").FullName;
    private readonly string[] _arguments;
    private readonly bool _usesTls;
    private Process? _process;

    private RedisServer(string[] arguments, TestCertificates? certificates)
    {
        _arguments = arguments;
        _usesTls = certificates is not null;
        if (certificates is null)
            return;
        File.WriteAllText(CertificateFile, certificates.Server.ExportCertificatePem());
        File.WriteAllText(KeyFile, certificates.Server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public int Port { get; private set; }

    /// <summary>Of a process that may be stopped and continued with <see cref="Signals"/>.</summary>
    public int Id => _process?.Id ?? throw new InvalidOperationException("Not running.");

    /// <summary>Without credentials.</summary>
    public string Url => $"{(_usesTls ? "rediss" : "redis")}://{(_usesTls ? "localhost" : "127.0.0.1")}:{Port}";

    public string SocketPath => Path.Combine(_folder, "redis.sock");

    private string CertificateFile => Path.Combine(_folder, "server.pem");

    private string KeyFile => Path.Combine(_folder, "server.key");

    /// <param name="certificates">Speaks TLS with them; null: plain TCP.</param>
    /// <param name="arguments">Further options as on redis-server's command line: <c>--requirepass</c>, <c>--user</c> …</param>
    public static async Task<RedisServer> StartAsync(TestCertificates? certificates = null, params string[] arguments)
    {
        var server = new RedisServer(arguments, certificates);
        for (int i = 1; ; i++)
        {
            server.Port = FreePort();
            try
            {
                await server.RunAsync();
                return server;
            }
            catch (InvalidOperationException) when (i < PortsToTry)
            {
                // Someone else took the port in between.
            }
        }
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>On the same port, with nothing in memory.</summary>
    public Task StartAgainAsync() => RunAsync();

    /// <summary>One command as a person types it, and the first line of its answer; not with TLS.</summary>
    public async Task<string> AskAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync().WaitAsync(Patience, TimeProvider.System) ?? "";
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync()
    {
        string[] listen = _usesTls
            ? ["--port", "0", "--tls-port", $"{Port}", "--tls-cert-file", CertificateFile, "--tls-key-file", KeyFile, "--tls-ca-cert-file", CertificateFile, "--tls-auth-clients", "no"]
            : ["--port", $"{Port}"];
        string[] quiet = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", _folder, "--unixsocket", SocketPath];
        var start = new ProcessStartInfo("redis-server", [.. listen, .. quiet, .. _arguments]) { RedirectStandardOutput = true, UseShellExecute = false };
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var said = new System.Text.StringBuilder();
        process.OutputDataReceived += (_, line) =>
        {
            said.AppendLine(line.Data);
            if (line.Data?.Contains("Ready to accept connections", StringComparison.Ordinal) == true)
                ready.TrySetResult();
            else if (line.Data is null)
                ready.TrySetException(new InvalidOperationException($"redis-server did not start:\n{said}"));
        };
        process.Start();
        process.BeginOutputReadLine();
        _process = process;
        try
        {
            await ready.Task.WaitAsync(Patience, TimeProvider.System);
        }
        catch
        {
            await StopAsync();
            throw;
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
