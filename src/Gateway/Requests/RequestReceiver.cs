using System.IO.Pipelines;
using Gateway.Failures;
using Gateway.Sockets;
using Gateway.Streaming.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Requests;

/// <summary>Reads and scans a JSON body. Nothing of a request that is not whole and valid reaches an upstream.</summary>
internal static class RequestReceiver
{
    // A declared length is not believed further than this: memory follows what really arrives.
    private const int MaxInitialBuffer = 64 << 10;

    /// <summary>Receives the body of a relayed endpoint.</summary>
    /// <param name="http">The request; its body has not been touched.</param>
    /// <param name="endpoint">Says which fields are read.</param>
    /// <param name="maxBody">Longest body, in bytes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="model">The model that the path names; empty: the body has to name it.</param>
    /// <returns>A request, to be disposed, or a failure.</returns>
    internal static async ValueTask<(InboundRequest? Request, Failure? Failure)> ReceiveAsync(HttpContext http, Endpoint endpoint, long maxBody, TimeProvider time, string model = "")
    {
        if (HeaderFailure(http.Request, maxBody) is { } refused)
            return (null, refused);

        InboundRequest request = new((int)Math.Min(http.Request.ContentLength ?? 0, MaxInitialBuffer)) { ModelInPath = model };
        Failure? failure = await ReadBodyAsync(http, request, maxBody, time);
        if (request.Body.Length >= SocketThreads.LongScan)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        failure ??= RequestScanner.Scan(request.Body.Span, endpoint, request.Fields, namesModel: model.Length == 0) is { } error ? ScanFailure.Of(error) : null;
        if (failure is null)
            return (request, null);
        request.Dispose();
        return (null, failure);
    }

    private static Failure? HeaderFailure(HttpRequest request, long maxBody)
    {
        if (FramingFailure(request) is { } refused)
            return refused;
        if (request.ContentType is { } type && !IsJson(type))
            return new(FailureCode.UnsupportedMediaType, "The Content-Type must be application/json.");
        return request.ContentLength > maxBody ? BodyFailure.TooLarge(maxBody) : null;
    }

    /// <summary>What no body may be, whatever is in it.</summary>
    internal static Failure? FramingFailure(HttpRequest request)
    {
        // RFC 9112 §6.3: probably smuggling. Kestrel believes Transfer-Encoding, keeps the other length under this name and closes afterwards.
        if (request.Headers.TransferEncoding.Count > 0 && request.Headers.ContainsKey("X-Content-Length"))
            return new(FailureCode.InvalidBody, "A request has a Content-Length or a Transfer-Encoding, not both.");
        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
            return new(FailureCode.UnsupportedMediaType, "A request body with a Content-Encoding is not supported: send it uncompressed.");
        return null;
    }

    /// <summary><c>application/json</c> or <c>application/*+json</c>, parameters aside.</summary>
    private static bool IsJson(string contentType)
    {
        ReadOnlySpan<char> type = contentType;
        int parameters = type.IndexOf(';');
        type = (parameters < 0 ? type : type[..parameters]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }

    private static async ValueTask<Failure?> ReadBodyAsync(HttpContext http, InboundRequest request, long maxBody, TimeProvider time)
    {
        PipeReader reader = http.Request.BodyReader;
        try
        {
            while (true)
            {
                ReadResult result = await PatientBody.ReadAsync(reader, time);
                if (request.Body.Length + result.Buffer.Length > maxBody)
                {
                    reader.AdvanceTo(result.Buffer.End);
                    return BodyFailure.TooLarge(maxBody);
                }

                request.Append(result.Buffer);
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return null;
            }
        }
        catch (Exception exception) when (BodyFailure.Of(http, exception, maxBody) is { } failure)
        {
            return failure;
        }
    }
}
