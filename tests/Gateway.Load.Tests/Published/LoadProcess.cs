using System.Diagnostics;
using TestKit.Processes;

namespace Gateway.Load.Tests.Published;

/// <summary>The published binary while it runs.</summary>
internal sealed class LoadProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly Task<string> _output;

    public LoadProcess(params string[] arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(Repository.LoadBinary, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false },
        };
        _process.Start();
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    public void Interrupt() => Signals.Send(_process.Id, Signals.Interrupt);

    /// <summary>Waits for a line of standard error.</summary>
    public async Task WaitForErrorAsync(string part)
    {
        while (await _process.StandardError.ReadLineAsync().WaitAsync(Patience, TimeProvider.System) is { } line)
        {
            if (line.Contains(part, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"It ended without saying '{part}'.");
    }

    /// <returns>Exit code and standard output.</returns>
    public async Task<(int Code, string Output)> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        return (_process.ExitCode, await _output.WaitAsync(Patience, TimeProvider.System));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
