using System.Collections.Concurrent;

namespace Gateway.EndToEnd.Tests.Chaos;

/// <summary>Does something bad to one replica every few seconds until the storm is over, and leaves it well.</summary>
internal sealed class ChaosMonkey(ChaosReplica replica, Random random, ConcurrentDictionary<string, int> done)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(CancellationToken storm)
    {
        while (await WaitAsync(Seconds(1.5, 5), storm))
        {
            int dice = random.Next(100);
            (string name, Task act) = dice switch
            {
                < 30 => ("killed", KillAsync(storm)),
                < 50 => ("restarted", RestartAsync()),
                < 80 => ("frozen", FreezeAsync(storm)),
                _ => ("slowed", SlowAsync(storm)),
            };
            done.AddOrUpdate(name, 1, static (_, count) => count + 1);
            await act;
        }
    }

    private async Task KillAsync(CancellationToken storm)
    {
        await replica.KillAsync();
        await WaitAsync(Seconds(0.5, 5), storm);
        await replica.RestartAsync();
    }

    private async Task RestartAsync()
    {
        await replica.KillAsync();
        await replica.RestartAsync();
    }

    /// <summary>Shorter or longer than the deadlines for the first content and between two events.</summary>
    private async Task FreezeAsync(CancellationToken storm)
    {
        replica.Freeze();
        await WaitAsync(Seconds(0.2, 7), storm);
        replica.Thaw();
    }

    /// <summary>Runs for a tenth of the time.</summary>
    private async Task SlowAsync(CancellationToken storm)
    {
        for (int beats = random.Next(10, 40); beats > 0 && !storm.IsCancellationRequested; beats--)
        {
            replica.Freeze();
            await WaitAsync(Beat * 0.9, storm);
            replica.Thaw();
            await WaitAsync(Beat * 0.1, storm);
        }
    }

    private TimeSpan Seconds(double from, double to) => TimeSpan.FromSeconds(from + (random.NextDouble() * (to - from)));

    private static async Task<bool> WaitAsync(TimeSpan time, CancellationToken storm)
    {
        await Task.Delay(time, TimeProvider.System, storm).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !storm.IsCancellationRequested;
    }
}
