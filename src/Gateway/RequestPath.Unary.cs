using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Gateway.Failures;
using Gateway.Relay;
using Gateway.Streaming.Keepalive;
using Gateway.Telemetry;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gateway;

/// <content>Steps 6 and 7 for answers that are not streamed: whole and valid, or an error.</content>
internal sealed partial class RequestPath
{
    private async Task<Failure?> WriteWholeAsync(HttpContext http, UpstreamResponse whole, RequestOutcome outcome)
    {
        using UpstreamResponse response = whole;
        response.Report(null);
        return await WriteAnswerAsync(http, response, outcome);
    }

    /// <summary>Headers and body leave in one flush.</summary>
    private async Task<Failure?> WriteAnswerAsync(HttpContext http, UpstreamResponse response, RequestOutcome outcome)
    {
        UnaryBody body = response.Body!;
        outcome.Usage = body.Usage;
        Responses.Describe(http.Response, response, outcome);
        http.Response.ContentLength = body.Memory.Length;
        http.Response.Headers["x-gateway-overhead-ms"] = Overhead(http, outcome);
        outcome.DisconnectPhase = DisconnectPhase.Streaming;

        await http.Response.StartAsync(CancellationToken.None);
        http.Response.BodyWriter.Write(body.Memory.Span);
        long written = time.GetTimestamp();
        bool isTaken = await FlushAnswerAsync(http, outcome.Endpoint!.Value);
        outcome.Waited += time.GetElapsedTime(written);
        outcome.ResponseBytes = body.Memory.Length;
        return isTaken ? null : new(FailureCode.ClientClosed, "The client closed its connection.");
    }

    /// <summary>False when the client left, or took nothing for so long that it was closed.</summary>
    private ValueTask<bool> FlushAnswerAsync(HttpContext http, Endpoint endpoint)
    {
        ValueTask<FlushResult> flush = http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return flush.IsCompletedSuccessfully ? new(flush.Result is { IsCompleted: false, IsCanceled: false }) : AwaitClientAsync(http, endpoint, flush);
    }

    /// <summary>A body that outgrows the buffers and a client in no hurry: the only answers that need a clock.</summary>
    private async ValueTask<bool> AwaitClientAsync(HttpContext http, Endpoint endpoint, ValueTask<FlushResult> flush)
    {
        Wake wake = new();
        using StreamTimer timer = new(time, wake);
        StreamLimits deadlines = new(TimeSpan.Zero, snapshot.Options.Server.ClientStall);
        ClientStream client = new(http, endpoint, wake, timer, deadlines, static () => KeepaliveFrame.Comment);
        await client.AwaitClientAsync(flush);
        // Kestrel may end the flush of an aborted connection as if its bytes had been taken; the next one tells.
        FlushResult next = await http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return next is { IsCompleted: false, IsCanceled: false } && !wake.ClientIsGone && !http.RequestAborted.IsCancellationRequested;
    }

    private string Overhead(HttpContext http, RequestOutcome outcome)
    {
        TimeSpan overhead = time.GetElapsedTime(outcome.Started) - outcome.Waited;
        // Of whole numbers: a fraction's own formatting takes ten times as long.
        (long milliseconds, long microseconds) = Math.DivRem(Math.Max(0, overhead.Ticks / TimeSpan.TicksPerMicrosecond), 1000);
        return string.Create(CultureInfo.InvariantCulture, stackalloc char[32], $"{milliseconds}.{microseconds:D3}");
    }
}
