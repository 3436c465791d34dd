using System.Globalization;
using Gateway.Load.Settings;

namespace Gateway.Load.Arrivals;

/// <summary>A rate or a concurrency over time: constant, steps, ramps, or a chain of them; after the last segment its last value holds.</summary>
internal sealed class Profile
{
    private readonly ProfileSegment[] _segments;

    private Profile(ProfileSegment[] segments) => _segments = segments;

    /// <summary>As it was written.</summary>
    public string Text { get; private init; } = "";

    public bool IsWhole => Array.TrueForAll(_segments, segment => segment.Start == Math.Floor(segment.Start) && segment.End == Math.Floor(segment.End));

    public double Highest => _segments.Max(segment => Math.Max(segment.Start, segment.End));

    public static Profile Constant(double value) => new([new ProfileSegment(0, double.MaxValue, value, value)]) { Text = value.ToString("0.###", CultureInfo.InvariantCulture) };

    /// <summary>
    /// Reads <c>50</c>, <c>10..100</c> (a ramp over the whole run), or segments with durations joined by commas: <c>10:5s,100:2s,10..50:5s</c>.
    /// The last segment may leave its duration out.
    /// </summary>
    /// <param name="text">The profile.</param>
    /// <param name="duration">Of the run: how long a segment without its own lasts.</param>
    /// <param name="profile">The result.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Parse(string text, TimeSpan duration, out Profile? profile)
    {
        profile = null;
        List<ProfileSegment> segments = [];
        double at = 0;
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            string[] pair = parts[i].Split(':', 2);
            double length = Math.Max(0.001, duration.TotalSeconds - at);
            if (pair.Length == 2)
            {
                if (DurationText.Parse(pair[1], out TimeSpan span) is not null || span <= TimeSpan.Zero)
                    return $"'{pair[1]}' is no duration above zero";
                length = span.TotalSeconds;
            }
            else if (i < parts.Length - 1)
            {
                return $"'{parts[i]}' needs a duration, as in {parts[i]}:10s";
            }

            string[] ends = pair[0].Split("..");
            if (ends.Length > 2 || !NumberText.TryParse(ends[0], out double start) || !NumberText.TryParse(ends[^1], out double end))
                return $"'{pair[0]}' is no number and no ramp FROM..TO";
            segments.Add(new ProfileSegment(at, at + length, start, end));
            at += length;
        }

        double last = segments[^1].End;
        profile = new Profile([.. segments, new ProfileSegment(at, double.MaxValue, last, last)]) { Text = text };
        return profile.Highest > 0 ? null : "it is zero all the time";
    }

    public double At(double time) => Array.Find(_segments, segment => time < segment.To).At(time);

    /// <summary>When the area under the profile, counted from the start, reaches a number: the time of the n-th arrival of a rate. Infinity: never.</summary>
    public double TimeOfArea(double area)
    {
        foreach (ProfileSegment segment in _segments)
        {
            double whole = segment.To == double.MaxValue ? double.PositiveInfinity : segment.Area(segment.To);
            if (area > whole || (segment.Start <= 0 && segment.End <= 0))
            {
                area -= segment.To == double.MaxValue ? 0 : whole;
                continue;
            }

            return segment.From + TimeWithin(segment, area);
        }

        return double.PositiveInfinity;
    }

    /// <summary>Solves start·t + slope·t²/2 = area, in the form that stays exact for small slopes.</summary>
    private static double TimeWithin(ProfileSegment segment, double area)
    {
        double slope = segment.To == double.MaxValue ? 0 : (segment.End - segment.Start) / (segment.To - segment.From);
        double root = Math.Sqrt(Math.Max(0, (segment.Start * segment.Start) + (2 * slope * area)));
        return area == 0 ? 0 : 2 * area / (segment.Start + root);
    }
}
