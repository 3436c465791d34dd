using System.Globalization;
using Gateway.Failures;

namespace Gateway.Limits;

/// <summary>From a refused claim to what the client is told.</summary>
internal static class LimitFailures
{
    /// <summary>Which limit of whom, and when to come back.</summary>
    internal static Failure Of(in LimitVerdict verdict)
    {
        LimitScope scope = verdict.RefusedBy!;
        Failure failure = new(CodeOf(verdict.Refused), "") { RetryAfter = verdict.RetryAfter };
        string again = string.Create(CultureInfo.InvariantCulture, $"try again in {failure.RetryAfterSeconds} s.");
        string message = verdict.Refused switch
        {
            LimitKind.RequestsPerMinute => string.Create(CultureInfo.InvariantCulture, $"{Owner(scope)} has used its {scope.Options.RequestsPerMinute} requests per minute: {again}"),
            LimitKind.TokensPerMinute => string.Create(CultureInfo.InvariantCulture, $"{Owner(scope)} has used its {scope.Options.TokensPerMinute} tokens per minute: {again}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Owner(scope)} has {scope.Options.ConcurrentRequests} requests under way, as many as it may: {again}"),
        };
        return failure with { Message = message };
    }

    /// <summary>The error code, which is the metric's label too.</summary>
    internal static FailureCode CodeOf(LimitKind kind) => kind switch
    {
        LimitKind.RequestsPerMinute => FailureCode.RequestsPerMinute,
        LimitKind.TokensPerMinute => FailureCode.TokensPerMinute,
        _ => FailureCode.ConcurrentRequests,
    };

    private static string Owner(LimitScope scope) => scope.Owner switch
    {
        LimitOwner.Key => $"The key '{scope.Name}'",
        LimitOwner.Router => $"The router '{scope.Name}'",
        _ => $"The provider '{scope.Name}'",
    };
}
