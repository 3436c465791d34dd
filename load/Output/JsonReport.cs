using System.Buffers;
using System.Text.Json;
using Gateway.Load.Comparing;
using Gateway.Load.Measures;
using Gateway.Load.Run;

namespace Gateway.Load.Output;

/// <summary>
/// The report as JSON. A single run is the document itself, so that what reads AIPerf's export finds <c>time_to_first_token.p99</c> where it looks; several are in
/// <c>runs</c>. The HTML report holds the same document with the series for its charts.
/// </summary>
internal static class JsonReport
{
    public static byte[] Write(Report report, bool withSeries)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = !withSeries }))
        {
            json.WriteStartObject();
            if (report.Runs.Count == 1 && !withSeries)
                WriteRun(json, report.Runs[0], withSeries);
            json.WriteString("name"u8, report.Name);
            json.WriteString("description"u8, report.Description);
            if (report.Runs.Count != 1 || withSeries)
                WriteRuns(json, report, withSeries);
            WriteAssertions(json, report);
            if (report.Knee is { } knee)
                json.WriteString("knee"u8, knee.Name);
            WriteComparisons(json, report.Comparisons);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRuns(Utf8JsonWriter json, Report report, bool withSeries)
    {
        json.WriteStartArray("runs"u8);
        foreach (RunResult run in report.Runs)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, run.Name);
            WriteRun(json, run, withSeries);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRun(Utf8JsonWriter json, RunResult run, bool withSeries)
    {
        json.WriteString("url"u8, run.Url);
        json.WriteString("model"u8, run.Model);
        json.WriteString("load"u8, run.Load);
        json.WriteString("start_time"u8, run.StartedAt);
        json.WriteString("end_time"u8, run.StartedAt.AddSeconds(run.Seconds));
        json.WriteBoolean("was_cancelled"u8, run.WasCancelled);
        json.WriteBoolean("valid"u8, run.Bottleneck is null);
        if (run.Bottleneck is { } bottleneck)
            json.WriteString("bottleneck"u8, bottleneck);
        if (run.Step is { } step)
            json.WriteNumber("step"u8, step);
        foreach (MetricName name in MetricNames.All)
        {
            if (run.Distribution(name.Id) is { } values)
                WriteDistribution(json, name, values);
        }

        foreach (Figure figure in Figures.Of(run))
        {
            json.WriteStartObject(figure.Tag);
            json.WriteString("unit"u8, figure.Unit);
            json.WriteNumber("avg"u8, Rounded(figure.Value));
            json.WriteEndObject();
        }

        WriteErrors(json, run);
        if (withSeries)
            SeriesJson.Write(json, run);
    }

    /// <summary>In AIPerf's form: a kind of error is a type, a refusal's status a code too.</summary>
    private static void WriteErrors(Utf8JsonWriter json, RunResult run)
    {
        json.WriteStartArray("error_summary"u8);
        foreach (KeyValuePair<string, long> error in run.Measures.Errors)
        {
            json.WriteStartObject();
            json.WriteStartObject("error_details"u8);
            if (ErrorKinds.StatusOf(error.Key) is { } status)
                json.WriteNumber("code"u8, status);
            json.WriteString("type"u8, error.Key);
            json.WriteString("message"u8, run.ErrorExamples.GetValueOrDefault(error.Key, error.Key));
            json.WriteEndObject();
            json.WriteNumber("count"u8, error.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDistribution(Utf8JsonWriter json, MetricName name, Distribution values)
    {
        json.WriteStartObject(name.Tag);
        json.WriteString("unit"u8, name.Unit);
        json.WriteNumber("count"u8, values.Count);
        foreach (string statistic in Distribution.Statistics)
            json.WriteNumber(statistic, Rounded(values.Statistic(statistic)!.Value));
        json.WriteEndObject();
    }

    private static void WriteAssertions(Utf8JsonWriter json, Report report)
    {
        json.WriteStartArray("assertions"u8);
        foreach (AssertionResult result in report.Assertions)
        {
            json.WriteStartObject();
            json.WriteString("assertion"u8, result.Text);
            json.WriteBoolean("holds"u8, result.Holds);
            json.WriteString("found"u8, result.Found);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteComparisons(Utf8JsonWriter json, IReadOnlyList<Comparison> comparisons)
    {
        json.WriteStartArray("comparisons"u8);
        foreach (Comparison comparison in comparisons)
        {
            json.WriteStartObject();
            json.WriteString("target"u8, comparison.Target);
            json.WriteString("baseline"u8, comparison.Baseline);
            json.WriteString("metric"u8, comparison.Metric);
            json.WriteString("unit"u8, comparison.Unit);
            json.WriteNumber("pairs"u8, comparison.Difference.Count);
            json.WriteNumber("baseline_value"u8, Rounded(comparison.BaselineMean));
            json.WriteNumber("value"u8, Rounded(comparison.TargetMean));
            json.WriteNumber("difference"u8, Rounded(comparison.Difference.Mean));
            json.WriteNumber("ci95_low"u8, Rounded(comparison.Difference.Low));
            json.WriteNumber("ci95_high"u8, Rounded(comparison.Difference.High));
            json.WriteNumber("ratio"u8, Rounded(comparison.Ratio));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static double Rounded(double value) => double.IsFinite(value) ? Math.Round(value, 6) : 0;
}
