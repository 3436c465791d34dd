using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting;

/// <summary>Signals are <see cref="ShutdownSequence"/>'s business, not the host's.</summary>
internal sealed class NoConsoleLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
