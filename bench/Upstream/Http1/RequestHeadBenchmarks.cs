using System.Text;
using BenchmarkDotNet.Attributes;
using Gateway.Upstream.Http1;

namespace Gateway.Bench.Upstream.Http1;

/// <summary>The head of an upstream request, each field checked, against a text that is built and encoded.</summary>
[MemoryDiagnoser]
public class RequestHeadBenchmarks
{
    private const string Key = "Bearer nvapi-0b5c1c667c6a4a0e9a551d1f4f3a2b100b5c1c667c6a4a0e";
    private const string RequestId = "0b5c1c66-7c6a-4a0e-9a55-1d1f4f3a2b10";

    private readonly byte[] _destination = new byte[1024];

    [Benchmark(Baseline = true)]
    public int Text()
    {
        StringBuilder head = new();
        head.Append("POST /v1/chat/completions HTTP/1.1\r\nHost: dynamo-1:8000\r\n");
        head.Append("Content-Type: ").Append("application/json").Append("\r\n");
        head.Append("x-request-id: ").Append(RequestId).Append("\r\n");
        head.Append("Accept: ").Append("text/event-stream").Append("\r\n");
        head.Append("User-Agent: ").Append("OpenAI/Python 1.99.0").Append("\r\n");
        head.Append("Accept-Encoding: ").Append("identity").Append("\r\n");
        head.Append("Authorization: ").Append(Key).Append("\r\n");
        head.Append("Content-Length: ").Append(2048).Append("\r\n\r\n");
        return Encoding.UTF8.GetBytes(head.ToString(), _destination);
    }

    /// <summary>Into pooled memory that goes back, as each attempt does; its owner is what is allocated.</summary>
    [Benchmark]
    [AllowedBytes(32)]
    public int Write()
    {
        using PooledBuffer buffer = new();
        RequestHeadWriter head = new(buffer);
        bool isGood = head.Start("POST"u8, "/v1/chat/completions"u8, "dynamo-1:8000"u8)
            && head.Header("Content-Type"u8, "application/json") && head.Header("x-request-id"u8, RequestId)
            && head.Header("Accept"u8, "text/event-stream") && head.Header("User-Agent"u8, "OpenAI/Python 1.99.0")
            && head.Header("Accept-Encoding"u8, "identity"u8) && head.Header("Authorization"u8, Key);
        head.ContentLength(2048);
        head.End();
        return isGood ? buffer.Written.Length : 0;
    }
}
