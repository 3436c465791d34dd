using Gateway.Failures;
using Gateway.Health;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>From an upstream's error status and body to a failure (README, "Errors").</summary>
internal static class StatusMapper
{
    private const string Exhausted = "ResourceExhausted";

    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    /// <param name="status">Anything but 200.</param>
    /// <param name="body">The error body, in whatever shape; may be empty.</param>
    /// <param name="retryAfter">What the upstream's headers said.</param>
    /// <param name="secrets">What it was sent and may quote.</param>
    internal static Failure Map(int status, ReadOnlySpan<byte> body, TimeSpan? retryAfter, params ReadOnlySpan<string> secrets)
    {
        UpstreamError said = UpstreamErrorReader.Read(body, secrets);
        return status switch
        {
            401 or 403 => new(FailureCode.UpstreamAuth, "The upstream rejected the gateway's credentials."),
            404 when body.IsEmpty => new(FailureCode.ModelNotFound, "The upstream does not know this model (it may still be loading)."),
            // Some 400s quote the request: a client must not be able to cool a provider down by its words.
            400 when said.Message?.StartsWith(Exhausted, StringComparison.OrdinalIgnoreCase) == true => Refusal(FailureCode.UpstreamOverloaded, said, "", retryAfter),
            500 or 502 or 503 when IsExhausted(said.Message) => Refusal(FailureCode.UpstreamOverloaded, said, "", retryAfter),
            400 when IsDegraded(said) => Refusal(FailureCode.UpstreamOverloaded, said, "The upstream is degraded.", retryAfter),
            429 => Refusal(FailureCode.UpstreamRateLimited, said, "The upstream's rate limit is reached.", retryAfter),
            503 or 529 => Refusal(FailureCode.UpstreamOverloaded, said, "The upstream is not ready.", retryAfter),
            501 or (>= 400 and < 499) => Rejection(status, said),
            >= 400 => new(FailureCode.UpstreamFailed, said.Message ?? $"The upstream failed with status {status}."),
            _ => new(FailureCode.UpstreamInvalidResponse, $"The upstream answered with unexpected status {status}."),
        };
    }

    /// <summary>The failure of a status, and what it says about the replica.</summary>
    internal static AttemptResult Judge(int status, ReadOnlySpan<byte> body, TimeSpan? retryAfter, params ReadOnlySpan<string> secrets)
    {
        Failure failure = Map(status, body, retryAfter, secrets);
        AttemptVerdict verdict = failure.Code switch
        {
            FailureCode.UpstreamAuth => AttemptVerdict.CredentialsRejected,
            FailureCode.UpstreamRateLimited => AttemptVerdict.RateLimited,
            FailureCode.ModelNotFound => AttemptVerdict.ModelMissing,
            FailureCode.UpstreamOverloaded when status != 503 || NamesOverload(failure) => AttemptVerdict.Overloaded,
            FailureCode.UpstreamRejected when status == 404 => AttemptVerdict.ModelMissing,
            FailureCode.UpstreamRejected when failure.IsContextLength => AttemptVerdict.ContextTooLong,
            FailureCode.UpstreamRejected => AttemptVerdict.Refused,
            _ => AttemptVerdict.Failed,
        };
        return new(null, failure, verdict)
        {
            Reason = failure.Code == FailureCode.UpstreamInvalidResponse ? FailureReason.InvalidResponse : FailureReason.ServerError,
            Pause = retryAfter,
            IsServerFault = status == 500 && verdict == AttemptVerdict.Failed,
        };
    }

    /// <summary>A replica that says it is busy is well; one that is only unavailable may not be.</summary>
    private static bool NamesOverload(Failure failure)
    {
        foreach (string word in (ReadOnlySpan<string>)["overload", "busy", "exhausted", "capacity"])
        {
            if (failure.Message.Contains(word, StringComparison.OrdinalIgnoreCase) || failure.UpstreamCode?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)
                return true;
        }

        return false;
    }

    /// <summary>What the upstream's headers say of when to come back (<see cref="RetryAfterHeaders"/>).</summary>
    internal static TimeSpan? RetryAfter(Http1Response response, TimeProvider time) => RetryAfterHeaders.Read(response, time);

    /// <summary>NVIDIA's hosted functions say 400 "DEGRADED function cannot be invoked" when none of their instances is well.</summary>
    private static bool IsDegraded(in UpstreamError said) => said.Message?.Contains("DEGRADED function", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>"ResourceExhausted: Worker local total request limit reached (32/32)": a model of NVIDIA's is at its cap; it says so under several statuses, and in streams.</summary>
    internal static bool IsExhausted(string? message) => message?.Contains(Exhausted, StringComparison.OrdinalIgnoreCase) == true;

    private static Failure Refusal(FailureCode code, UpstreamError said, string fallback, TimeSpan? retryAfter) =>
        new(code, said.Message ?? fallback) { UpstreamCode = said.Code, RetryAfter = retryAfter ?? DefaultRetryAfter };

    private static Failure Rejection(int status, UpstreamError said) =>
        new(FailureCode.UpstreamRejected, said.Message ?? $"The upstream rejected the request with status {status}.")
        {
            UpstreamStatus = status,
            UpstreamCode = said.Code,
            Param = said.Param,
            IsContextLength = status is 400 or 413 or 422 && ContextLength.IsExceeded(said),
        };
}
