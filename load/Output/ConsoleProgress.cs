using Gateway.Load.Measures;
using Gateway.Load.Run;

namespace Gateway.Load.Output;

/// <summary>A line a second: rewritten in place on a terminal, one below the other in a pipe (there every five seconds).</summary>
internal sealed class ConsoleProgress(TextWriter output, bool isTerminal) : IRunProgress
{
    /// <summary>DECAWM off and on: a line that is wider than the terminal is cut; wrapped, it could not be rewritten.</summary>
    private const string NoWrap = "\u001b[?7l";

    private const string Wrap = "\u001b[?7h";

    private readonly TimeSpan _interval = TimeSpan.FromSeconds(isTerminal ? 1 : 5);

    public async Task ShowAsync(RunOptions options, Recorder recorder, LoadClock clock, CancellationToken over)
    {
        using PeriodicTimer timer = new(_interval, clock.Time);
        long before = clock.Now;
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                long now = clock.Now;
                string line = Line(options, recorder.TakeInterval(), LoadClock.Seconds(now), LoadClock.Seconds(now - before));
                before = now;
                await output.WriteAsync(isTerminal ? $"\r\u001b[K{NoWrap}{line}{Wrap}" : line + "\n");
                await output.FlushAsync(over);
            }
        }
        catch (OperationCanceledException)
        {
            if (isTerminal)
                await output.WriteAsync("\r\u001b[K");
        }
    }

    private static string Line(RunOptions options, ProgressSample sample, double elapsed, double interval)
    {
        double left = Math.Max(0, (options.Warmup + options.Duration).TotalSeconds - elapsed);
        return $"{options.Name}: {sample.Completed / interval:0.0} requests/s, {sample.InFlight} in flight, p50 {sample.P50 / 1e6:0.0} ms, "
            + $"p99 {sample.P99 / 1e6:0.0} ms, {sample.Errors} errors, {left:0} s left";
    }
}
