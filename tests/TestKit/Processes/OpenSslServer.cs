using System.Diagnostics;
using System.Globalization;
using TestKit.Sockets;

namespace TestKit.Processes;

/// <summary>OpenSSL's own TLS server, on a free port of loopback: what the library does when nobody asks it for more.</summary>
public sealed class OpenSslServer : IAsyncDisposable
{
    /// <summary>An OpenSSL configuration that allows everything there is, as a machine with old clients may have it.</summary>
    public const string Permissive = """
        openssl_conf = init
        [init]
        ssl_conf = ssl
        [ssl]
        system_default = all
        [all]
        MinProtocol = TLSv1
        CipherString = ALL:@SECLEVEL=0

        """;

    private const string Accepting = "ACCEPT 127.0.0.1:";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _folder;

    private OpenSslServer(Process process, string folder) => (_process, _folder) = (process, folder);

    public int Port { get; private set; }

    /// <param name="certificates">What it shows.</param>
    /// <param name="configuration">The path of its OpenSSL configuration.</param>
    public static async Task<OpenSslServer> StartAsync(TestCertificates certificates, string configuration)
    {
        string folder = Directory.CreateTempSubdirectory("openssl-test-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "server.pem"), certificates.CertificatePem);
        await File.WriteAllTextAsync(Path.Combine(folder, "server.key"), certificates.KeyPem);
        ProcessStartInfo start = new("openssl", ["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            // It ends with its input.
            RedirectStandardInput = true,
        };
        start.Environment["OPENSSL_CONF"] = configuration;
        OpenSslServer server = new(Process.Start(start)!, folder);
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        while (server.Port == 0)
        {
            string line = await server._process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("openssl s_server has ended.");
            if (line.StartsWith(Accepting, StringComparison.Ordinal))
                server.Port = int.Parse(line.AsSpan(Accepting.Length), CultureInfo.InvariantCulture);
        }

        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
