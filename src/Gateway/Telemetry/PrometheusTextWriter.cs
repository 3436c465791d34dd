using System.Buffers;
using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Gateway.Telemetry;

/// <summary>
/// Writes collected metrics as text: <c># HELP</c>, <c># TYPE</c>, samples. The two formats differ in metadata names, the number format of <c>le</c>,
/// <c># UNIT</c> and the closing <c># EOF</c>.
/// </summary>
internal ref struct PrometheusTextWriter(IBufferWriter<byte> output, PrometheusFormat format)
{
    private readonly bool _open = format == PrometheusFormat.OpenMetrics;

    internal readonly void WriteMetric(Metric metric, PrometheusName name)
    {
        WriteMetadata(metric, name);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            switch (metric.MetricType)
            {
                case MetricType.Histogram:
                    WriteHistogram(in point, name.Sample);
                    break;
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    WriteSample(name.Sample, "", point.Tags, point.GetSumLong());
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    WriteSample(name.Sample, "", point.Tags, point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    WriteSample(name.Sample, "", point.Tags, point.GetGaugeLastValueLong());
                    break;
                case MetricType.DoubleGauge:
                    WriteSample(name.Sample, "", point.Tags, point.GetGaugeLastValueDouble());
                    break;
            }
        }
    }

    /// <summary>Ends the document.</summary>
    internal readonly void WriteEnd()
    {
        if (_open)
            output.Write("# EOF\n"u8);
    }

    private readonly void WriteMetadata(Metric metric, PrometheusName name)
    {
        var documented = _open ? name.Family : name.Sample;
        WriteComment("TYPE", documented, name.Type);
        if (_open && name.Unit is not null)
            WriteComment("UNIT", documented, name.Unit);
        if (!string.IsNullOrEmpty(metric.Description))
            WriteComment("HELP", documented, metric.Description);
    }

    private readonly void WriteComment(string keyword, string name, string text)
    {
        output.Write("# "u8);
        WriteText(keyword);
        output.Write(" "u8);
        WriteText(name);
        output.Write(" "u8);
        WriteEscaped(text, quotes: _open);
        output.Write("\n"u8);
    }

    /// <summary>The SDK counts per bucket; the formats want running totals, the last of them under <c>le="+Inf"</c> equal to <c>_count</c>.</summary>
    private readonly void WriteHistogram(ref readonly MetricPoint point, string name)
    {
        long total = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            total += bucket.BucketCount;
            WriteSample(name, "_bucket", point.Tags, total, bucket.ExplicitBound);
        }

        WriteSample(name, "_sum", point.Tags, point.GetHistogramSum());
        WriteSample(name, "_count", point.Tags, point.GetHistogramCount());
    }

    private readonly void WriteSample(string name, string suffix, ReadOnlyTagCollection tags, double value, double? bound = null)
    {
        WriteText(name);
        WriteText(suffix);
        var separator = (byte)'{';
        foreach (var (key, tag) in tags)
        {
            WriteLabelStart(ref separator, PrometheusName.Sanitize(key));
            WriteEscaped(TextOf(tag), quotes: true);
            output.Write("\""u8);
        }

        if (bound is { } le)
        {
            WriteLabelStart(ref separator, "le");
            WriteBound(le);
            output.Write("\""u8);
        }

        output.Write(separator == '{' ? " "u8 : "} "u8);
        WriteNumber(value);
        output.Write("\n"u8);
    }

    private static string TextOf(object? tag) => tag switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "",
    };

    private readonly void WriteLabelStart(ref byte separator, string name)
    {
        output.Write([separator]);
        separator = (byte)',';
        WriteText(name);
        output.Write("=\""u8);
    }

    /// <summary>OpenMetrics' canonical numbers keep a fraction ("1.0"); the older format's clients leave it out.</summary>
    private readonly void WriteBound(double bound)
    {
        WriteNumber(bound);
        if (_open && double.IsInteger(bound))
            output.Write(".0"u8);
    }

    private readonly void WriteNumber(double value)
    {
        if (!double.IsFinite(value))
        {
            output.Write(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8);
            return;
        }

        value.TryFormat(output.GetSpan(32), out var written, "R", CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private readonly void WriteEscaped(string text, bool quotes)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAny('\\', '\n', '"') is var hit and >= 0)
        {
            WriteText(rest[..hit]);
            output.Write(rest[hit] switch
            {
                '\\' => "\\\\"u8,
                '\n' => "\\n"u8,
                _ => quotes ? "\\\""u8 : "\""u8,
            });
            rest = rest[(hit + 1)..];
        }

        WriteText(rest);
    }

    private readonly void WriteText(ReadOnlySpan<char> text)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }
}
