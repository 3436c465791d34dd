using System.Globalization;
using Gateway.Failures;
using Gateway.Telemetry;
using Gateway.Upstream;
using Gateway.Upstream.Http1;
using Microsoft.AspNetCore.Http;

namespace Gateway;

/// <summary>What the client sees besides content: the <c>x-gateway-*</c> headers and errors in the documented shape.</summary>
internal static class Responses
{
    /// <summary>Sets the headers of a successful answer.</summary>
    internal static void Describe(HttpResponse response, UpstreamResponse upstream, RequestOutcome outcome)
    {
        Note(upstream, outcome);
        response.ContentType = upstream.ContentType.Length > 0 ? upstream.ContentType : null;
        foreach (KeyValuePair<string, string> header in upstream.Headers)
            response.Headers.Append(header.Key, header.Value);
        Name(response, outcome);
    }

    /// <summary>Takes note of who answered, where headers are already sent.</summary>
    internal static void Note(UpstreamResponse upstream, RequestOutcome outcome)
    {
        outcome.Provider = upstream.Provider;
        outcome.Replica = upstream.ReplicaId ?? outcome.Replica;
        outcome.UpstreamModel = upstream.Model.Length > 0 ? upstream.Model : null;
    }

    /// <summary>Answers with a failure's own status; nothing has been sent yet.</summary>
    internal static async Task WriteFailureAsync(HttpContext http, Endpoint endpoint, Failure failure, RequestOutcome? outcome)
    {
        HttpResponse response = http.Response;
        response.StatusCode = failure.Status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        if (failure.RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (failure.Code == FailureCode.InvalidApiKey)
            response.Headers.WWWAuthenticate = "Bearer";
        if (failure.Code == FailureCode.Draining)
            ConnectionEnd.AfterThisRequest(http);
        if (failure.Code is FailureCode.RequestTooLarge or FailureCode.RequestTimeout)
            ConnectionEnd.AfterUnreadBody(http);
        if (outcome is { Attempts.Count: > 0 })
            Name(response, outcome);

        using PooledBuffer body = new();
        ErrorWriter.WriteBody(body, endpoint, failure);
        response.ContentLength = body.Written.Length;
        await response.Body.WriteAsync(body.Written, CancellationToken.None);
        if (outcome is not null)
            outcome.ResponseBytes = body.Written.Length;
    }

    /// <summary>Who answered, or who failed last.</summary>
    private static void Name(HttpResponse response, RequestOutcome outcome)
    {
        IHeaderDictionary headers = response.Headers;
        headers["x-gateway-provider"] = outcome.Provider;
        headers["x-gateway-replica"] = outcome.Replica;
        headers["x-gateway-model"] = outcome.UpstreamModel;
        if (outcome.Attempts.Count > 0)
            headers["x-gateway-attempts"] = Count(outcome);
        if (outcome.IsHedged)
            headers["x-gateway-hedged"] = "true";
    }

    private static string Count(RequestOutcome outcome) => outcome.Attempts.Count == 1 ? "1" : outcome.Attempts.Count.ToString(CultureInfo.InvariantCulture);
}
