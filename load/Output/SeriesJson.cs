using System.Text.Json;
using Gateway.Load.Measures;
using Gateway.Load.Run;

namespace Gateway.Load.Output;

/// <summary>What the charts draw: the run over time and its distributions.</summary>
internal static class SeriesJson
{
    public static void Write(Utf8JsonWriter json, RunResult run)
    {
        double width = LoadClock.Seconds(run.Measures.SliceWidth);
        json.WriteStartArray("slices"u8);
        for (int i = 0; i < run.Measures.Slices.Count; i++)
            WriteSlice(json, run.Measures.Slices[i], i * width, width);
        json.WriteEndArray();
        json.WriteStartObject("histograms"u8);
        WriteHistogram(json, run, MetricId.RequestLatency);
        WriteHistogram(json, run, MetricId.TimeToFirst);
        WriteHistogram(json, run, MetricId.InterChunk);
        json.WriteEndObject();
    }

    private static void WriteSlice(Utf8JsonWriter json, TimeSlice slice, double at, double width)
    {
        json.WriteStartObject();
        json.WriteNumber("t"u8, at);
        json.WriteNumber("rate"u8, Math.Round(slice.Completed / width, 3));
        json.WriteNumber("errors"u8, Math.Round(slice.Errors / width, 3));
        json.WriteNumber("tokens"u8, Math.Round(slice.OutputTokens / width, 3));
        json.WriteNumber("inflight"u8, slice.InFlight);
        WriteQuantiles(json, "latency"u8, slice.Latency);
        WriteQuantiles(json, "ttft"u8, slice.FirstToken);
        json.WriteEndObject();
    }

    private static void WriteQuantiles(Utf8JsonWriter json, ReadOnlySpan<byte> name, Histogram histogram)
    {
        if (histogram.Count == 0)
            return;
        json.WriteStartArray(name);
        json.WriteNumberValue(Milliseconds(histogram.Quantile(0.5)));
        json.WriteNumberValue(Milliseconds(histogram.Quantile(0.9)));
        json.WriteNumberValue(Milliseconds(histogram.Quantile(0.99)));
        json.WriteEndArray();
    }

    /// <summary>Pairs of value and count, in coarse buckets: a chart has no more pixels.</summary>
    private static void WriteHistogram(Utf8JsonWriter json, RunResult run, MetricId id)
    {
        if (!run.Measures.Histograms.TryGetValue(id, out Histogram? histogram))
            return;
        json.WriteStartArray(Array.Find(MetricNames.All, name => name.Id == id)!.Tag);
        foreach (KeyValuePair<long, long> bucket in histogram.Buckets())
        {
            json.WriteStartArray();
            json.WriteNumberValue(Milliseconds(bucket.Key));
            json.WriteNumberValue(bucket.Value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static double Milliseconds(long nanoseconds) => Math.Round(nanoseconds / 1e6, 4);
}
