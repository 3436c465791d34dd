using Gateway.Load.Measures;
using Gateway.Load.Output;
using Gateway.Load.Run;
using TestKit.Clocks;

namespace Gateway.Load.Tests.Output;

public sealed class ConsoleProgressTests
{
    [Fact]
    public async Task Show_Terminal_RewritesOneLineEverySecondAndClearsIt() => Assert.Equal(
        "\r\u001b[K\u001b[?7lsteady: 2.0 requests/s, 1 in flight, p50 100.0 ms, p99 100.0 ms, 1 errors, 29 s left\u001b[?7h\r\u001b[K",
        await ShowAsync(isTerminal: true, TimeSpan.FromSeconds(1)));

    [Fact]
    public async Task Show_Pipe_WritesALineEveryFiveSeconds() => Assert.Equal(
        "steady: 0.4 requests/s, 1 in flight, p50 100.0 ms, p99 100.0 ms, 1 errors, 25 s left\n",
        await ShowAsync(isTerminal: false, TimeSpan.FromSeconds(5)));

    /// <returns>What is there after one interval.</returns>
    private static async Task<string> ShowAsync(bool isTerminal, TimeSpan interval)
    {
        ManualTimeProvider time = new();
        await using FlushedWriter output = new();
        Recorder recorder = new([], LoadClock.Second, 0) { InFlight = 1 };
        recorder.Complete(new Exchange { End = 100 * LoadClock.Millisecond });
        recorder.Complete(new Exchange { End = 200 * LoadClock.Millisecond, Error = ErrorKinds.Cut });
        using CancellationTokenSource over = new();

        Task showing = new ConsoleProgress(output, isTerminal).ShowAsync(new RunOptions { Name = "steady" }, recorder, new LoadClock(time), over.Token);
        await time.SleepsAsync(interval);
        time.Advance(interval);
        await output.Flushed.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System);
        await over.CancelAsync();
        await showing;
        return output.ToString();
    }
}
