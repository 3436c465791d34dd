using Gateway.Failures;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Gateway.Requests;

/// <summary>Why a client's body could not be read to its end.</summary>
internal static class BodyFailure
{
    /// <summary>Null for what is no fault of the body.</summary>
    internal static Failure? Of(HttpContext http, Exception exception, long maxBody)
    {
        if (HasLeft(http, exception))
        {
            // Else Kestrel tries to drain a body whose last read failed, and logs an error for it.
            http.Abort();
            return new(FailureCode.ClientClosed, "The client closed its connection while sending the request.");
        }

        if (exception is not IOException)
            return null;
        // Kestrel reports most bad framing as BadHttpRequestException, a chunk size that overflows as a plain IOException.
        return (exception as BadHttpRequestException)?.StatusCode switch
        {
            StatusCodes.Status408RequestTimeout => new(FailureCode.RequestTimeout, "The request body arrived too slowly."),
            StatusCodes.Status413PayloadTooLarge => TooLarge(maxBody),
            _ => new(FailureCode.InvalidBody, "The request body is not framed as its headers say."),
        };
    }

    internal static Failure TooLarge(long maxBody) => new(FailureCode.RequestTooLarge, $"The request body is larger than {maxBody} bytes.");

    /// <summary>
    /// A FIN inside the body counts: Kestrel closes its own side then, so that no answer could be sent. It cancels <c>RequestAborted</c> a little
    /// after it throws; but nothing else can be wrong with a body that has a length.
    /// </summary>
    private static bool HasLeft(HttpContext http, Exception exception) => exception switch
    {
        ConnectionResetException or ConnectionAbortedException or OperationCanceledException => true,
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } when http.Request.ContentLength is not null => true,
        IOException => http.RequestAborted.IsCancellationRequested,
        _ => false,
    };
}
