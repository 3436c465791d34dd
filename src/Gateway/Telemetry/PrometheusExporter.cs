using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using OpenTelemetry.Metrics;

namespace Gateway.Telemetry;

/// <summary>
/// <c>GET /metrics</c>: collects when asked and writes straight into the response. Scrapes at the same time take turns: a collection is a few
/// milliseconds of work over shared state.
/// </summary>
internal sealed class PrometheusExporter
{
    private const string OpenMetricsType = "application/openmetrics-text";

    private readonly Lock _scrape = new();
    private readonly PrometheusCapture _capture;

    internal PrometheusExporter()
        : this(new PrometheusCapture())
    {
    }

    private PrometheusExporter(PrometheusCapture capture)
    {
        _capture = capture;
        Reader = new BaseExportingMetricReader(capture);
    }

    /// <summary>To be added to the meter provider, which owns it from then on.</summary>
    internal MetricReader Reader { get; }

    /// <summary>The format that an Accept header prefers; the older text when it has no opinion.</summary>
    internal static PrometheusFormat Negotiate(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var types))
            return PrometheusFormat.Text;
        double open = 0;
        double text = 0;
        foreach (var type in types)
        {
            var quality = type.Quality ?? 1;
            if (type.MediaType.Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase))
                open = Math.Max(open, quality);
            else if (type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
                text = Math.Max(text, quality);
        }

        return open > 0 && open >= text ? PrometheusFormat.OpenMetrics : PrometheusFormat.Text;
    }

    internal static string ContentTypeOf(PrometheusFormat format) => format == PrometheusFormat.OpenMetrics
        ? OpenMetricsType + "; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Answers a scrape.</summary>
    internal async Task WriteAsync(HttpContext context)
    {
        var format = Negotiate(context.Request.Headers.Accept);
        context.Response.ContentType = ContentTypeOf(format);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Vary = "Accept";
        Write(context.Response.BodyWriter, format);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Writes one whole document. Thread-safe as long as <paramref name="output"/> is the caller's own.</summary>
    internal void Write(IBufferWriter<byte> output, PrometheusFormat format)
    {
        lock (_scrape)
        {
            _capture.Begin(output, format);
            try
            {
                Reader.Collect();
            }
            finally
            {
                _capture.End();
            }

            new PrometheusTextWriter(output, format).WriteEnd();
        }
    }
}
