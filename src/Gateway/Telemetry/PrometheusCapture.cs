using System.Buffers;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Gateway.Telemetry;

/// <summary>The SDK's side of a scrape: what is collected between <see cref="Begin"/> and <see cref="End"/> is written out; other collections (flush, shutdown) are not.</summary>
internal sealed class PrometheusCapture : BaseExporter<Metric>
{
    /// <summary>Keyed by the SDK's own metric objects, which live as long as the provider.</summary>
    private readonly Dictionary<Metric, PrometheusName> _names = [];
    private IBufferWriter<byte>? _output;
    private PrometheusFormat _format;

    internal void Begin(IBufferWriter<byte> output, PrometheusFormat format)
    {
        _format = format;
        _output = output;
    }

    internal void End() => _output = null;

    public override ExportResult Export(in Batch<Metric> batch)
    {
        if (_output is not { } output)
            return ExportResult.Success;
        var writer = new PrometheusTextWriter(output, _format);
        foreach (var metric in batch)
        {
            if (!_names.TryGetValue(metric, out var name))
                _names[metric] = name = PrometheusName.Of(metric);
            writer.WriteMetric(metric, name);
        }

        return ExportResult.Success;
    }
}
