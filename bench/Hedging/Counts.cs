using System.Globalization;

namespace Gateway.Bench.Hedging;

/// <summary>What a gateway has counted since its start.</summary>
/// <param name="Requests">Requests it answered.</param>
/// <param name="Attempts">Requests it sent upstream for them.</param>
/// <param name="Won">Hedges that answered.</param>
/// <param name="Lost">Hedges that did not.</param>
/// <param name="Denied">Hedges that were due, but over the budget.</param>
internal readonly record struct Counts(long Requests, long Attempts, long Won, long Lost, long Denied)
{
    internal long Hedges => Won + Lost;

    /// <summary>Upstream requests beyond one for each request.</summary>
    internal long Extra => Attempts - Requests;

    /// <summary>From the text of <c>/metrics</c>.</summary>
    internal static Counts Parse(string metrics)
    {
        string[] lines = metrics.Split('\n');
        return new(
            Sum(lines, "gateway_requests_total", "chat"),
            Sum(lines, "gateway_upstream_attempts_total", ""),
            Sum(lines, "gateway_hedges_total", "\"won\""),
            Sum(lines, "gateway_hedges_total", "\"lost\""),
            Sum(lines, "gateway_hedges_total", "\"denied\""));
    }

    private static long Sum(string[] lines, string metric, string label) => (long)lines
        .Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
