using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Gateway.Tests.Telemetry;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly PrometheusExporter _exporter = new();
    private readonly Meter _meter = new($"test-{Guid.NewGuid():N}");
    private readonly MeterProvider _provider;

    public PrometheusExporterTests() =>
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_meter.Name).AddReader(_exporter.Reader).Build();

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Write_Counter_HasTotalInBothFormats()
    {
        _meter.CreateCounter<long>("jobs", null, "Jobs.").Add(3, new KeyValuePair<string, object?>("kind", "a"));

        Assert.Equal("# TYPE jobs_total counter\n# HELP jobs_total Jobs.\njobs_total{kind=\"a\"} 3\n", Write(PrometheusFormat.Text));
        Assert.Equal("# TYPE jobs counter\n# HELP jobs Jobs.\njobs_total{kind=\"a\"} 3\n# EOF\n", Write(PrometheusFormat.OpenMetrics));
    }

    [Fact]
    public void Write_Gauge_HasUnitInOpenMetrics()
    {
        _meter.CreateObservableGauge("memory", () => 1.5, "By");

        Assert.Equal("# TYPE memory_bytes gauge\nmemory_bytes 1.5\n", Write(PrometheusFormat.Text));
        Assert.Equal("# TYPE memory_bytes gauge\n# UNIT memory_bytes bytes\nmemory_bytes 1.5\n# EOF\n", Write(PrometheusFormat.OpenMetrics));
    }

    [Fact]
    public void Write_Histogram_HasRunningBucketsSumAndCount()
    {
        var histogram = _meter.CreateHistogram("wait", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1], }, tags: null, description: null);
        histogram.Record(0.25);
        histogram.Record(0.75);
        histogram.Record(4);

        Assert.Equal(
            "# TYPE wait_seconds histogram\n"
            + "wait_seconds_bucket{le=\"0.5\"} 1\nwait_seconds_bucket{le=\"1\"} 2\nwait_seconds_bucket{le=\"+Inf\"} 3\n"
            + "wait_seconds_sum 5\nwait_seconds_count 3\n",
            Write(PrometheusFormat.Text));
        Assert.Contains("wait_seconds_bucket{le=\"1.0\"} 2\n", Write(PrometheusFormat.OpenMetrics), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LabelValue_IsEscaped()
    {
        _meter.CreateCounter<long>("jobs").Add(1, new("a.b", "x\\y\"z\nw"), new("flag", true), new("nothing", null));

        Assert.Contains("""jobs_total{a_b="x\\y\"z\nw",flag="true",nothing=""} 1""" + "\n", Write(PrometheusFormat.Text), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Help_EscapesQuotesOnlyInOpenMetrics()
    {
        _meter.CreateCounter<long>("jobs", null, "a\\b \"c\"\nd").Add(1);

        Assert.Contains("""# HELP jobs_total a\\b "c"\nd""" + "\n", Write(PrometheusFormat.Text), StringComparison.Ordinal);
        Assert.Contains("""# HELP jobs a\\b \"c\"\nd""" + "\n", Write(PrometheusFormat.OpenMetrics), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(-0.1, "-0.1")]
    [InlineData(12345678, "12345678")]
    public void Write_Number_IsReadable(double value, string text)
    {
        _meter.CreateObservableGauge("g", () => value);

        Assert.Contains($"\ng {text}\n", Write(PrometheusFormat.Text), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ManyAtOnce_EachIsWhole()
    {
        var counter = _meter.CreateCounter<long>("jobs", null, "Jobs.");
        for (var i = 0; i < 200; i++)
            counter.Add(i + 1, new KeyValuePair<string, object?>("i", i));
        var expected = Write(PrometheusFormat.OpenMetrics);
        var documents = new string[64];

        Parallel.For(0, documents.Length, i => documents[i] = Write(PrometheusFormat.OpenMetrics));

        Assert.All(documents, document => Assert.Equal(expected, document));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("nonsense;;", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text; version=1.0.0; q=0.8, text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text;q=0.2,text/plain;q=0.5", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    public void Negotiate_AcceptHeader_PrefersByQuality(string accept, bool open) =>
        Assert.Equal(open ? PrometheusFormat.OpenMetrics : PrometheusFormat.Text, PrometheusExporter.Negotiate(accept));

    [Theory]
    [InlineData("text/plain", "text/plain; version=0.0.4; charset=utf-8", "# TYPE jobs_total counter")]
    [InlineData("application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8", "# TYPE jobs counter")]
    public async Task WriteAsync_Scrape_AnswersInTheNegotiatedFormat(string accept, string contentType, string firstLine)
    {
        _meter.CreateCounter<long>("jobs").Add(1);
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Request = { Headers = { Accept = accept } }, Response = { Body = body } };

        await _exporter.WriteAsync(context);

        Assert.Equal(contentType, context.Response.ContentType);
        Assert.StartsWith(firstLine, Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    private string Write(PrometheusFormat format)
    {
        var output = new ArrayBufferWriter<byte>();
        _exporter.Write(output, format);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
