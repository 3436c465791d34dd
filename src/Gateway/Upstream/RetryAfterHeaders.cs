using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>How long an upstream asks to be left alone, in every form in use. What makes no sense counts as absent.</summary>
internal static class RetryAfterHeaders
{
    /// <summary>Seconds; a day. Longer is as good as for ever.</summary>
    private const double Longest = 86_400;

    /// <summary>2001 as seconds and as milliseconds since 1970: numbers from there on are a time, smaller ones a wait in seconds.</summary>
    private const double EpochSeconds = 1e9, EpochMilliseconds = 1e12;

    /// <summary>RFC 9110 §5.6.7: the date that is written today and the two that must still be read.</summary>
    private static readonly string[] Dates = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    private static readonly SearchValues<byte> NumberCharacters = SearchValues.Create("0123456789."u8);

    /// <summary>Go's units; the longer name of two that begin alike comes first.</summary>
    private static readonly (byte[] Name, double Seconds)[] Units =
    [
        ("ms"u8.ToArray(), 1e-3), ("us"u8.ToArray(), 1e-6), ("µs"u8.ToArray(), 1e-6), ("ns"u8.ToArray(), 1e-9),
        ("h"u8.ToArray(), 3_600), ("m"u8.ToArray(), 60), ("s"u8.ToArray(), 1),
    ];

    /// <summary>
    /// <c>retry-after-ms</c>, else <c>Retry-After</c> (seconds or a date); else, on a 429, the longest of <c>x-ratelimit-reset</c>,
    /// <c>-requests</c> and <c>-tokens</c>: other answers carry those too, and there they ask for nothing.
    /// </summary>
    internal static TimeSpan? Read(Http1Response response, TimeProvider time)
    {
        double? seconds = Milliseconds(response) ?? SecondsOrDate(response, time);
        if (seconds is null && response.StatusCode == 429)
        {
            seconds = Longer(Reset(response, "x-ratelimit-reset"u8, time),
                Longer(Reset(response, "x-ratelimit-reset-requests"u8, time), Reset(response, "x-ratelimit-reset-tokens"u8, time)));
        }

        return seconds is { } wait ? TimeSpan.FromSeconds(Math.Clamp(wait, 0, Longest)) : null;
    }

    private static double? Milliseconds(Http1Response response) =>
        response.TryGetHeader("retry-after-ms"u8, out ReadOnlySpan<byte> value) && TryNumber(value, out double milliseconds) ? milliseconds / 1000 : null;

    private static double? SecondsOrDate(Http1Response response, TimeProvider time)
    {
        if (!response.TryGetHeader("retry-after"u8, out ReadOnlySpan<byte> value))
            return null;

        if (TryNumber(value, out double seconds))
            return seconds;

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite;
        return DateTimeOffset.TryParseExact(Encoding.ASCII.GetString(value), Dates, CultureInfo.InvariantCulture, Utc, out DateTimeOffset date)
            ? (date - time.GetUtcNow()).TotalSeconds
            : null;
    }

    /// <summary>Seconds, a time since 1970 in seconds or milliseconds, or a duration as Go writes it: <c>6m0s</c>, <c>20ms</c>.</summary>
    private static double? Reset(Http1Response response, ReadOnlySpan<byte> name, TimeProvider time)
    {
        if (!response.TryGetHeader(name, out ReadOnlySpan<byte> value))
            return null;

        if (!TryNumber(value, out double number))
            return GoDuration(value);

        double now = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        return number switch
        {
            >= EpochMilliseconds => (number / 1000) - now,
            >= EpochSeconds => number - now,
            _ => number,
        };
    }

    private static double? GoDuration(ReadOnlySpan<byte> value)
    {
        double seconds = 0;
        do
        {
            int digits = value.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !TryNumber(value[..digits], out double number))
                return null;

            value = value[digits..];
            if (UnitOf(value) is not { Name: { } name } unit)
                return null;

            value = value[name.Length..];
            seconds += number * unit.Seconds;
        }
        while (!value.IsEmpty);

        return seconds;
    }

    private static (byte[] Name, double Seconds) UnitOf(ReadOnlySpan<byte> value)
    {
        foreach ((byte[] Name, double Seconds) unit in Units)
        {
            if (value.StartsWith(unit.Name))
                return unit;
        }

        return default;
    }

    private static double? Longer(double? one, double? other) => one is { } a && other is { } b ? Math.Max(a, b) : one ?? other;

    private static bool TryNumber(ReadOnlySpan<byte> value, out double number) =>
        Utf8Parser.TryParse(value, out number, out int used) && used == value.Length && double.IsFinite(number);
}
