using System.Globalization;
using Gateway.Configuration;
using Gateway.Configuration.Schema;

namespace Gateway.Cli;

/// <summary>A <c>rate-limit</c> section in one line.</summary>
internal static class LimitText
{
    /// <returns>Null where nothing is limited.</returns>
    internal static string? Of(LimitOptions limits)
    {
        if (limits.IsEmpty)
            return null;
        List<string> parts = [];
        Add(parts, limits.RequestsPerMinute, "requests/min");
        Add(parts, limits.TokensPerMinute, "tokens/min");
        Add(parts, limits.ConcurrentRequests, "at once");
        return string.Join(", ", parts);
    }

    /// <summary>As <see cref="Of"/>, and how long a request waits for its turn.</summary>
    internal static string? OfProvider(LimitOptions limits) =>
        Of(limits) is { } text ? $"{text}; waits up to {DurationText.Format(limits.QueueTimeout)}" : null;

    private static void Add(List<string> parts, long? limit, string unit)
    {
        if (limit is { } value)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{value} {unit}"));
    }
}
