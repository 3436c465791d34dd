using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Gateway.Limits;

/// <summary>
/// The <c>x-ratelimit-*</c> headers, as OpenAI writes them. Texts are kept: those of limits and of durations up to an hour, and of what remains as many as
/// repeat. What remains of a limit that is nearly whole does; of one that is being used up, a number of five digits or more costs a text of 40 B.
/// </summary>
internal static class LimitHeaders
{
    // What is configured has places of its own: numbers that change do not push it out.
    private static readonly NumberTexts Limits = new(placesLog2: 10);
    private static readonly NumberTexts Remainders = new(placesLog2: 12);
    private static readonly string?[] Milliseconds = new string?[1000];
    private static readonly string?[] Seconds = new string?[3600];

    /// <summary>Sets those of the limits that there are.</summary>
    internal static void Set(IHeaderDictionary headers, in LimitVerdict verdict)
    {
        if (verdict.Requests is { } requests)
        {
            headers["x-ratelimit-limit-requests"] = Limits.Of(requests.Limit);
            headers["x-ratelimit-remaining-requests"] = Remainders.Of(requests.Remaining);
            headers["x-ratelimit-reset-requests"] = Duration(requests.Reset);
        }

        if (verdict.Tokens is { } tokens)
        {
            headers["x-ratelimit-limit-tokens"] = Limits.Of(tokens.Limit);
            headers["x-ratelimit-remaining-tokens"] = Remainders.Of(tokens.Remaining);
            headers["x-ratelimit-reset-tokens"] = Duration(tokens.Reset);
        }
    }

    /// <summary><c>12ms</c> below a second, else whole seconds: <c>1s</c>, <c>6m0s</c>, <c>1h0m0s</c>; rounded up.</summary>
    internal static string Duration(TimeSpan duration)
    {
        long milliseconds = (duration.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        if (milliseconds is > 0 and < 1000)
            return Milliseconds[milliseconds] ??= string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
        long seconds = (milliseconds + 999) / 1000;
        return seconds < Seconds.Length ? Seconds[seconds] ??= Write(seconds) : Write(seconds);
    }

    private static string Write(long seconds) => seconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds}s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m{seconds % 60}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h{seconds / 60 % 60}m{seconds % 60}s"),
    };
}
