using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TestKit.Processes;

/// <summary>The published gateway as a process of its own, on free ports; ended with the test.</summary>
public sealed partial class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string? _folder;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource<(Uri Public, Uri Admin)> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _nextLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GatewayProcess(ProcessStartInfo start, string? folder)
    {
        _folder = folder;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException("The gateway exited at its start:\n" + StandardError));
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public Uri AdminAddress { get; private set; } = new("http://127.0.0.1");

    public int Id => _process.Id;

    /// <summary>Its working directory, where <see cref="ServeAsync"/> puts <c>gateway.yaml</c>.</summary>
    public string Folder => _folder ?? throw new InvalidOperationException("It runs in the caller's directory.");

    /// <summary>Lines of standard output so far: the access log.</summary>
    public IReadOnlyCollection<string> Output => _output;

    public string StandardError => string.Join('\n', _errors);

    /// <summary>Starts <c>gateway serve</c> with this configuration; <c>listen</c> and <c>admin-listen</c> are set to free ports.</summary>
    public static Task<GatewayProcess> ServeAsync(string yaml, params string[] arguments)
    {
        string folder = Directory.CreateTempSubdirectory("gateway-test-").FullName;
        string file = Path.Combine(folder, "gateway.yaml");
        File.WriteAllText(file, yaml);
        return StartAsync(["serve", "--config", file, "--listen", "http://127.0.0.1:0", "--admin-listen", "http://127.0.0.1:0", .. arguments], folder);
    }

    /// <summary>Starts any command that listens.</summary>
    /// <param name="arguments">The command and its options.</param>
    /// <param name="folder">Its working directory, deleted with it; null: the caller's.</param>
    /// <param name="environment">Variables of this process alone; nothing that the gateway reads is inherited.</param>
    /// <param name="openFiles">What the shell's <c>ulimit</c> is told before, as in <c>-n 320</c>; null: nothing.</param>
    public static Task<GatewayProcess> StartAsync(
        IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null, string? openFiles = null) =>
        StartAsync(arguments, folder, environment, openFiles, static async gateway => (gateway.Address, gateway.AdminAddress) = await gateway._listening.Task.WaitAsync(Patience));

    /// <summary>Starts <c>gateway simulate</c>; its addresses are in <see cref="Output"/>.</summary>
    public static Task<GatewayProcess> SimulateAsync(params string[] arguments) =>
        StartAsync(["simulate", .. arguments], null, null, null, static gateway => gateway.WaitForOutputAsync(static line => line.Contains("is simulated", StringComparison.Ordinal)));

    private static async Task<GatewayProcess> StartAsync(
        IEnumerable<string> arguments, string? folder, IReadOnlyDictionary<string, string>? environment, string? openFiles, Func<GatewayProcess, Task> ready)
    {
        (string program, IEnumerable<string> all) = openFiles is null
            ? (Repository.GatewayBinary, arguments)
            : ("/bin/sh", ["-c", $"ulimit {openFiles} && exec \"$0\" \"$@\"", Repository.GatewayBinary, .. arguments]);
        ProcessStartInfo start = new(program, all)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        };
        ProcessVariables.Set(start, environment);
        GatewayProcess gateway = new(start, folder);
        gateway._process.Start();
        gateway._process.BeginOutputReadLine();
        gateway._process.BeginErrorReadLine();
        try
        {
            await ready(gateway);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first line of standard output, from the start on, that satisfies a condition; access log lines come after their answers.</summary>
    public async Task<string> WaitForOutputAsync(Func<string, bool> condition, TimeSpan? patience = null)
    {
        using CancellationTokenSource limit = new(patience ?? Patience, TimeProvider.System);
        while (true)
        {
            Task next = _nextLine.Task;
            if (_output.FirstOrDefault(condition) is { } line)
                return line;
            await next.WaitAsync(limit.Token);
        }
    }

    public void Signal(int signal) => Signals.Send(_process.Id, signal);

    /// <summary>Waits for the process's own end.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? patience = null)
    {
        await _process.WaitForExitAsync().WaitAsync(patience ?? Patience);
        return _process.ExitCode;
    }

    /// <summary>Resident memory in bytes, from /proc.</summary>
    public long ResidentBytes() =>
        long.Parse(File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    private void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is null)
            return;
        lines.Enqueue(line);
        Interlocked.Exchange(ref _nextLine, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        Match match = Listening().Match(line);
        if (match.Success)
            _listening.TrySetResult((new(match.Groups["public"].Value), new(match.Groups["admin"].Value)));
    }

    [GeneratedRegex("listens on (?<public>http[^,; \"]+)[^;]*; admin on (?<admin>http[^ \"]+?)\\.?[\" ,]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
