using System.Buffers;
using System.Text;
using OpenTelemetry.Metrics;

namespace Gateway.Telemetry;

/// <summary>
/// A metric's name in the text formats: characters outside <c>[a-zA-Z0-9_]</c> become <c>_</c>, the unit is spelled out at the end, counters end in <c>_total</c>.
/// </summary>
/// <param name="Family">Without <c>_total</c>: the name of OpenMetrics' metadata lines.</param>
/// <param name="Sample">With <c>_total</c> for counters; histograms append their own suffixes.</param>
/// <param name="Unit">The unit the family name ends in; null without.</param>
/// <param name="Type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
internal sealed record PrometheusName(string Family, string Sample, string? Unit, string Type)
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    internal static PrometheusName Of(Metric metric) => Of(metric.Name, metric.Unit, TypeOf(metric.MetricType));

    internal static PrometheusName Of(string name, string? unit, string type)
    {
        var spelled = SpellOut(unit);
        var family = Sanitize(name);
        if (type == "gauge")
            family = WithoutReservedCount(family);
        if (spelled is not null && !family.EndsWith("_" + spelled, StringComparison.Ordinal))
            family = $"{family}_{spelled}";
        return new(family, type == "counter" ? family + "_total" : family, spelled, type);
    }

    /// <summary>Returns the name itself when there is nothing to change.</summary>
    internal static string Sanitize(string name)
    {
        if (name.Length > 0 && !char.IsAsciiDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(Allowed))
            return name;
        var clean = new StringBuilder(name.Length + 1);
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            clean.Append('_');
        foreach (var c in name)
            clean.Append(Allowed.Contains(c) ? c : '_');
        return clean.ToString();
    }

    private static string TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram or MetricType.ExponentialHistogram => "histogram",
        _ => "gauge",
    };

    /// <summary><c>_count</c> belongs to histograms (promtool refuses it on gauges): the runtime's <c>dotnet_timer_count</c> becomes <c>dotnet_timers</c>.</summary>
    private static string WithoutReservedCount(string family)
    {
        if (!family.EndsWith("_count", StringComparison.Ordinal))
            return family;
        var counted = family[..^"_count".Length];
        return counted.EndsWith('y') ? $"{counted[..^1]}ies" : counted + "s";
    }

    /// <summary>UCUM's annotations (<c>{thread}</c>) and the dimensionless <c>1</c> are no units.</summary>
    private static string? SpellOut(string? unit) => unit switch
    {
        null or "" or "1" => null,
        ['{', ..] => null,
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        _ => Sanitize(unit),
    };
}
