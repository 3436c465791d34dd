using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Chaos;

/// <summary>One simulated frontend in a process of its own, which can be killed, frozen, slowed and started again on the same port.</summary>
internal sealed class ChaosReplica : IAsyncDisposable
{
    /// <summary>Below the range from which the system takes ports for outgoing connections: while it is down nobody else gets its port.</summary>
    private const int FirstPort = 20_000;
    private const int LastPort = 32_000;

    private static readonly string[] Arguments =
    [
        "--model", ChaosPlan.Model, "--output-tokens", ChaosPlan.Text.OutputTokens.ToString(CultureInfo.InvariantCulture), "--time-to-first-token", "150ms", "--inter-token", "80ms",
        "--fault", "cut-after-7=1%", "--fault", "reset-after-9=1%", "--fault", "stall-after-4=1%", "--fault", "500=1%", "--fault", "error-first=1%",
    ];

    private readonly int _port;
    private GatewayProcess? _process;

    private ChaosReplica(int port) => _port = port;

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public static async Task<ChaosReplica> StartAsync(Random random)
    {
        ChaosReplica replica = new(FreePort(random));
        await replica.RestartAsync();
        return replica;
    }

    public async Task RestartAsync() =>
        _process = await GatewayProcess.SimulateAsync(["--port", _port.ToString(CultureInfo.InvariantCulture), .. Arguments]);

    /// <summary>SIGKILL: its connections break, new ones are refused.</summary>
    public ValueTask KillAsync() => _process!.DisposeAsync();

    /// <summary>SIGSTOP: its connections stay, new ones are accepted by the system, nothing answers.</summary>
    public void Freeze() => _process!.Signal(Signals.Stop);

    public void Thaw() => _process!.Signal(Signals.Continue);

    /// <summary>A sample of its metrics.</summary>
    public async Task<long> CountAsync(HttpClient http, string sample)
    {
        string text = await http.GetStringAsync(new Uri(Address, "/metrics"));
        return text.Split('\n').Where(line => line.StartsWith(sample, StringComparison.Ordinal)).Sum(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }

    private static int FreePort(Random random)
    {
        while (true)
        {
            int port = random.Next(FirstPort, LastPort);
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }
}
