using Gateway.Configuration.Schema;
using Gateway.Failures;
using Microsoft.AspNetCore.Http;

namespace Gateway.Requests;

/// <summary>How long a request may take in all: the provider's <c>timeouts.total</c>, which <c>x-gateway-timeout</c> can only shorten.</summary>
internal static class RequestDeadline
{
    internal const string Header = "x-gateway-timeout";

    /// <summary>What the client asks for; <see cref="TimeSpan.MaxValue"/> when it does not ask.</summary>
    internal static (TimeSpan Wanted, Failure? Failure) Of(HttpRequest request)
    {
        string? text = request.Headers[Header];
        if (string.IsNullOrEmpty(text))
            return (TimeSpan.MaxValue, null);
        if (DurationText.Parse(text, out TimeSpan wanted) is not null || wanted <= TimeSpan.Zero)
            return (default, new(FailureCode.InvalidHeader, $"{Header} must be a duration such as 30s, 500ms or 2m.") { Param = Header });
        return (wanted, null);
    }
}
