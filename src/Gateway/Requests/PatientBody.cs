using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace Gateway.Requests;

/// <summary>A client's body; whoever sends nothing of it for <see cref="Patience"/> gets the 408 of one who sends too slowly.</summary>
/// <remarks>
/// Kestrel's own limit, 240 bytes a second, is an average since the body's first byte: after 40 MB at once it would wait for two days, and the gateway would hold them.
/// </remarks>
/// <param name="body">Kestrel's.</param>
/// <param name="time">The clock.</param>
internal sealed class PatientBody(PipeReader body, TimeProvider time) : PipeReader
{
    /// <summary>Longest silence inside a body; as long as Kestrel waits for a head.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => ReadAsync(body, time, cancellationToken);

    /// <summary>Reads once.</summary>
    /// <exception cref="BadHttpRequestException">408: nothing came.</exception>
    internal static ValueTask<ReadResult> ReadAsync(PipeReader body, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = body.ReadAsync(cancellationToken);
        // As a rule the body came with its head: no timer for those.
        return read.IsCompleted ? read : AwaitAsync(body, read, time);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<ReadResult> AwaitAsync(PipeReader body, ValueTask<ReadResult> read, TimeProvider time)
    {
        long start = time.GetTimestamp();
        using ITimer timer = time.CreateTimer(static reader => ((PipeReader)reader!).CancelPendingRead(), body, Patience, Timeout.InfiniteTimeSpan);
        ReadResult result = await read;
        // Others cancel reads too; half of it, since timers do not end to the tick.
        if (!result.IsCanceled || time.GetElapsedTime(start) < Patience / 2)
            return result;
        body.AdvanceTo(result.Buffer.Start);
        throw new BadHttpRequestException("The client sends nothing.", StatusCodes.Status408RequestTimeout);
    }

    public override bool TryRead(out ReadResult result) => body.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => body.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => body.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => body.CancelPendingRead();

    public override void Complete(Exception? exception = null) => body.Complete(exception);
}
