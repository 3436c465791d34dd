using System.Text;
using BenchmarkDotNet.Attributes;
using Gateway.Streaming.Requests;

namespace Gateway.Bench.Requests;

/// <summary>The edits of an attempt (model, token limit's name, usage) written into a body that was scanned, against replacements in a text.</summary>
[MemoryDiagnoser]
public class SplicingBenchmarks
{
    private readonly RequestFields _fields = new();
    private byte[] _body = [];
    private byte[] _destination = [];
    private BodyRewrite _rewrite = new(1);

    [Params(2_000, 100_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _body = ChatBodies.OfSize(Size);
        _destination = new byte[_body.Length + 1024];
        _rewrite = new(_destination.Length);
        if (RequestScanner.Scan(_body, Endpoint.ChatCompletions, _fields) is { } error)
            throw new InvalidOperationException(error.ToString());
    }

    [Benchmark(Baseline = true)]
    public int TextReplace()
    {
        string text = Encoding.UTF8.GetString(_body)
            .Replace("\"model\":\"meta/llama-3.1-70b-instruct\"", "\"model\":\"upstream/model\"", StringComparison.Ordinal)
            .Replace("\"max_completion_tokens\":", "\"max_tokens\":", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(string.Concat(text.AsSpan(0, text.Length - 1), ",\"stream_options\":{\"include_usage\":true}}"), _destination);
    }

    /// <summary>The least there is to do.</summary>
    [Benchmark]
    [Peer]
    public void CopyAlone() => _body.CopyTo(_destination, 0);

    [Benchmark]
    [AllowedBytes(0)]
    public int Splice() => _rewrite.Run(_body, _fields);
}
