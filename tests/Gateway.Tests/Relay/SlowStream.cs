namespace Gateway.Tests.Relay;

/// <summary>A client that takes what is written only when its gate opens.</summary>
internal sealed class SlowStream(MemoryStream taken) : MemoryStream
{
    /// <summary>Null: takes everything at once.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Gate is not null)
            await Gate.Task.WaitAsync(cancellationToken);
        taken.Write(buffer.Span);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
