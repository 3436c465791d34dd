using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Gateway.Limits;

/// <summary>The <c>x-ratelimit-*</c> headers, as OpenAI writes them. Small numbers and durations repeat: each is made a text once.</summary>
internal static class LimitHeaders
{
    private static readonly string?[] Numbers = new string?[4096];
    private static readonly LongNumber?[] LongNumbers = new LongNumber?[64];
    private static readonly string?[] Milliseconds = new string?[1000];
    private static readonly string?[] Seconds = new string?[3600];

    /// <summary>Sets those of the limits that there are.</summary>
    internal static void Set(IHeaderDictionary headers, in LimitVerdict verdict)
    {
        if (verdict.Requests is { } requests)
        {
            headers["x-ratelimit-limit-requests"] = Limit(requests.Limit);
            headers["x-ratelimit-remaining-requests"] = Number(requests.Remaining);
            headers["x-ratelimit-reset-requests"] = Duration(requests.Reset);
        }

        if (verdict.Tokens is { } tokens)
        {
            headers["x-ratelimit-limit-tokens"] = Limit(tokens.Limit);
            headers["x-ratelimit-remaining-tokens"] = Number(tokens.Remaining);
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

    private static string Number(long value) =>
        value < Numbers.Length ? Numbers[value] ??= value.ToString(CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);

    /// <summary>What is configured: few numbers, of any size.</summary>
    private static string Limit(long value)
    {
        ref LongNumber? known = ref LongNumbers[(int)(value % LongNumbers.Length)];
        LongNumber? found = known;
        if (found?.Value != value)
            known = found = new(value, value.ToString(CultureInfo.InvariantCulture));
        return found!.Text;
    }

    private static string Write(long seconds) => seconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds}s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m{seconds % 60}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h{seconds / 60 % 60}m{seconds % 60}s"),
    };

    private sealed class LongNumber(long value, string text)
    {
        internal long Value => value;

        internal string Text => text;
    }
}
