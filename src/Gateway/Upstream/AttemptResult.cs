using Gateway.Failures;

namespace Gateway.Upstream;

/// <summary>How one attempt ended: an answer or a failure, never both.</summary>
/// <param name="Response">To be disposed by whoever takes it.</param>
/// <param name="Failure">What went wrong.</param>
/// <param name="MayTryAnother">Whether another replica may be asked: nothing reached the client and the request is not at fault.</param>
internal readonly record struct AttemptResult(UpstreamResponse? Response, Failure? Failure, bool MayTryAnother)
{
    internal static AttemptResult Success(UpstreamResponse response) => new(response, null, MayTryAnother: false);

    internal static AttemptResult TryAnother(FailureCode code, string message) => new(null, new Failure(code, message), MayTryAnother: true);

    internal static AttemptResult Final(Failure failure) => new(null, failure, MayTryAnother: false);
}
