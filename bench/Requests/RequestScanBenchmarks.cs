using System.Text.Json;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Gateway.Streaming.Requests;

namespace Gateway.Bench.Requests;

/// <summary>
/// A chat body scanned and rewritten for an upstream (model, token limit's name, usage), against the same through a document tree.
/// </summary>
[MemoryDiagnoser]
public class RequestScanBenchmarks
{
    private readonly RequestFields _fields = new();
    private byte[] _body = [];
    private byte[] _destination = [];
    private BodyRewrite _rewrite = new(1);

    [Params(250, 2_000, 100_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _body = ChatBodies.OfSize(Size);
        _destination = new byte[(_body.Length * 6) + 1024];
        _rewrite = new(_destination.Length);
    }

    [Benchmark(Baseline = true)]
    public int DocumentTree()
    {
        JsonObject body = JsonNode.Parse(_body)!.AsObject();
        body["model"] = "upstream/model";
        if (body["max_completion_tokens"] is { } limit)
        {
            body.Remove("max_completion_tokens");
            body["max_tokens"] = limit;
        }
        body["stream_options"] = new JsonObject { ["include_usage"] = true };
        using var stream = new MemoryStream(_destination);
        using var writer = new Utf8JsonWriter(stream);
        body.WriteTo(writer);
        writer.Flush();
        return (int)writer.BytesCommitted;
    }

    /// <summary>What the scan would cost if the reader looked at every token.</summary>
    [Benchmark]
    [Peer]
    public long ReaderAlone()
    {
        var reader = new Utf8JsonReader(_body);
        while (reader.Read())
        {
        }
        return reader.BytesConsumed;
    }

    [Benchmark]
    [AllowedBytes(0)]
    public bool Scan() => RequestScanner.Scan(_body, Endpoint.ChatCompletions, _fields) is null;

    [Benchmark]
    [AllowedBytes(0)]
    public int ScanAndRewrite()
    {
        RequestScanner.Scan(_body, Endpoint.ChatCompletions, _fields);
        return _rewrite.Run(_body, _fields);
    }
}
