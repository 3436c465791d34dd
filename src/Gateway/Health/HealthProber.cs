using Gateway.Configuration;

namespace Gateway.Health;

/// <summary>
/// Asks one replica again and again whether it is well; one object per replica, from <see cref="Start"/> to its disposal. Probes never overlap:
/// the interval runs from the end of one to the start of the next.
/// </summary>
/// <param name="probe">One probe; false, an exception or the end of its time is a failed one.</param>
/// <param name="health">Takes the results; null: they say nothing about the replica.</param>
/// <param name="options">Interval and timeout.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads the probes of many replicas and many gateways.</param>
internal sealed class HealthProber(Func<CancellationToken, ValueTask<bool>> probe, ReplicaHealth? health, HealthOptions options, TimeProvider time, Random random)
    : IAsyncDisposable
{
    /// <summary>A replica that is not well is asked at least this often.</summary>
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _loop;
    private bool _hasPassed;

    /// <summary>Whether the first probe is made by <see cref="Start"/> rather than after a random part of the interval.</summary>
    internal bool StartsAtOnce { get; init; }

    /// <summary>Least time that a probe gets until one has passed: names, connections and certificates are new to both sides.</summary>
    internal TimeSpan FirstTimeout { get; init; }

    /// <summary>Completes with the first probe, passed or not, or with the end of the prober.</summary>
    internal Task FirstProbe => _first.Task;

    internal void Start() => _loop ??= RunAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_loop is not null)
            await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        if (!StartsAtOnce)
            await WaitAsync(options.Interval * random.NextDouble());
        while (!_stop.IsCancellationRequested)
        {
            bool isFirst = !_first.Task.IsCompleted;
            bool passed = await ProbeAsync();
            if (_stop.IsCancellationRequested)
                break; // broken off: says nothing
            _hasPassed |= passed;
            health?.Probed(passed);
            _first.TrySetResult();
            await WaitAsync(NextWait(passed, isFirst));
        }

        _first.TrySetResult();
    }

    private async ValueTask<bool> ProbeAsync()
    {
        TimeSpan timeout = _hasPassed || options.Timeout > FirstTimeout ? options.Timeout : FirstTimeout;
        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
        try
        {
            return await probe(linked.Token) && !deadline.IsCancellationRequested;
        }
#pragma warning disable CA1031 // the loop's edge: whatever goes wrong in a probe is a failed probe
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    /// <summary>
    /// The interval, a tenth more or less; a shorter one while something is wrong. A first probe that was made at once is followed by a random
    /// part of the interval: those that started together must not stay together.
    /// </summary>
    private TimeSpan NextWait(bool passed, bool isFirst)
    {
        double chance = random.NextDouble();
        if (!passed || health?.IsUnhealthy == true)
            return (options.Interval < LongestRetry ? options.Interval : LongestRetry) * (0.8 + (chance / 5));
        return options.Interval * (isFirst && StartsAtOnce ? chance : 0.9 + (chance / 5));
    }

    private async Task WaitAsync(TimeSpan wait) => await Task.Delay(wait, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
