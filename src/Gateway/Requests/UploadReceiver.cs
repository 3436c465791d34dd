using Gateway.Failures;
using Gateway.Streaming.Multipart;
using Microsoft.AspNetCore.Http;

namespace Gateway.Requests;

/// <summary>Receives the beginning of a form with a file; the rest goes through.</summary>
internal static class UploadReceiver
{
    /// <param name="http">The request; its body has not been touched.</param>
    /// <param name="maxUpload">Longest body, in bytes.</param>
    /// <param name="time">The clock.</param>
    /// <returns>An upload, to be disposed, or a failure.</returns>
    internal static async ValueTask<(InboundUpload? Upload, Failure? Failure)> ReceiveAsync(HttpContext http, long maxUpload, TimeProvider time)
    {
        if (RequestReceiver.FramingFailure(http.Request) is { } refused)
            return (null, refused);
        string type = http.Request.ContentType ?? "";
        if (!MultipartBoundary.IsForm(type))
            return (null, new(FailureCode.UnsupportedMediaType, "The Content-Type must be multipart/form-data."));
        if (MultipartBoundary.Find(type) is not { } boundary)
            return (null, new(FailureCode.InvalidBody, $"The Content-Type must name the form's boundary once: 1 to {MultipartBoundary.MaxLength} characters."));
        if (http.Request.ContentLength > maxUpload)
            return (null, BodyFailure.TooLarge(maxUpload));

        InboundUpload upload = new(http, boundary, maxUpload, time);
        Failure? failure = await upload.ReadAheadAsync();
        if (failure is null)
            return (upload, null);
        await upload.DisposeAsync();
        return (null, failure);
    }
}
