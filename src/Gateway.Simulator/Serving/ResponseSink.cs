using System.IO.Compression;
using System.IO.Pipelines;
using Gateway.Simulator.Answers;
using Gateway.Simulator.Faults;
using Microsoft.AspNetCore.Http;

namespace Gateway.Simulator.Serving;

/// <summary>Where composed frames leave: plainly, compressed, or one byte at a time.</summary>
internal sealed class ResponseSink(HttpContext context, FaultPlan plan) : IAsyncDisposable
{
    private readonly PipeWriter _writer = context.Response.BodyWriter;
    private readonly GZipStream? _gzip = plan.Body == BodyFault.Gzip ? new GZipStream(context.Response.BodyWriter.AsStream(leaveOpen: true), CompressionLevel.Fastest) : null;

    /// <summary>Sends and clears; false when the client has left.</summary>
    public async ValueTask<bool> SendAsync(FrameBuffer frames)
    {
        if (_gzip is not null)
        {
            await _gzip.WriteAsync(frames.Written);
            await _gzip.FlushAsync();
        }
        else if (plan.Dribble)
        {
            for (int i = 0; i < frames.Length && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await _writer.WriteAsync(frames.Written.Slice(i, 1));
            }
        }
        else
        {
            await _writer.WriteAsync(frames.Written);
        }

        frames.Clear();
        return !context.RequestAborted.IsCancellationRequested;
    }

    public ValueTask DisposeAsync() => _gzip?.DisposeAsync() ?? ValueTask.CompletedTask;
}
