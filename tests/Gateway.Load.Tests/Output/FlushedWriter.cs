namespace Gateway.Load.Tests.Output;

/// <summary>Tells when something was written out.</summary>
internal sealed class FlushedWriter : StringWriter
{
    private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Flushed => _flushed.Task;

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        _flushed.TrySetResult();
        return Task.CompletedTask;
    }
}
