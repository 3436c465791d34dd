namespace Gateway.Models;

/// <summary>The loop that asks one replica for its models, from the outside: its first round, its end, how to stop it.</summary>
internal sealed class ListingLoop(CancellationToken stopAll) : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(stopAll);

    internal CancellationToken Stopping => _stop.Token;

    /// <summary>Done when the replica was asked once, answer or not.</summary>
    internal TaskCompletionSource FirstRound { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Running { get; set; } = Task.CompletedTask;

    internal void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();
}
