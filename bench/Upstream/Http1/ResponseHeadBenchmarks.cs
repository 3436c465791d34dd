using System.Text;
using BenchmarkDotNet.Attributes;
using Gateway.Upstream.Http1;

namespace Gateway.Bench.Upstream.Http1;

/// <summary>An upstream's response head, whole or in pieces, against lines and a dictionary of texts.</summary>
[MemoryDiagnoser]
public class ResponseHeadBenchmarks
{
    private readonly byte[] _head = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\nx-request-id: 0b5c1c66-7c6a-4a0e-9a55-1d1f4f3a2b10\r\n"
        + "openai-processing-ms: 123\r\nnvcf-reqid: 7c6a4a0e-9a55-1d1f-4f3a-2b100b5c1c66\r\ntransfer-encoding: chunked\r\ndate: Sat, 21 Nov 2026 12:00:00 GMT\r\n\r\n");

    private readonly ResponseHeadParser _parser = new();

    [Benchmark(Baseline = true)]
    public int Texts()
    {
        string[] lines = Encoding.Latin1.GetString(_head).Split("\r\n");
        Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines[1..^2])
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            fields[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return int.Parse(lines[0].AsSpan(9, 3)) + fields.Count;
    }

    [Benchmark]
    [AllowedBytes(0)]
    public int Whole()
    {
        _parser.Reset();
        return _parser.Parse(_head) == HeadStatus.Done ? _parser.StatusCode + _parser.FieldCount : 0;
    }

    [Benchmark]
    [AllowedBytes(0)]
    public int InPiecesOf16()
    {
        _parser.Reset();
        HeadStatus status = HeadStatus.NeedMore;
        for (int received = 16; status == HeadStatus.NeedMore; received += 16)
            status = _parser.Parse(_head.AsSpan(0, Math.Min(received, _head.Length)));
        return status == HeadStatus.Done ? _parser.StatusCode + _parser.FieldCount : 0;
    }
}
