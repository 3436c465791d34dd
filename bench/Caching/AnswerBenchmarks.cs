using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Gateway.Streaming.Answers;

namespace Gateway.Bench.Caching;

/// <summary>One chat answer from its stream and back, against documents that are parsed, changed and printed.</summary>
[MemoryDiagnoser]
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
public class AnswerBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(1 << 20);
    private byte[] _whole = [];
    private byte[] _stream = [];

    [Params(20, 500)]
    public int Tokens { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        StringBuilder stream = new();
        StringBuilder text = new();
        for (int token = 0; token < Tokens; token++)
        {
            text.Append(" token");
            stream.Append(Chunk("{\"content\":\" token\"}", "null"));
        }

        stream.Append(Chunk("{}", "\"stop\"")).Append("data: [DONE]\n\n");
        _stream = Encoding.UTF8.GetBytes(stream.ToString());
        _whole = Encoding.UTF8.GetBytes(
            $$$"""{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"stop"}],"created":5,"model":"m","object":"chat.completion","usage":{"total_tokens":5}}""");
    }

    [Benchmark]
    [BenchmarkCategory("Assemble")]
    [AllowedBytes(128)]
    public bool Assemble()
    {
        _output.ResetWrittenCount();
        return AnswerAssembler.TryAssemble(Endpoint.ChatCompletions, _stream, _output);
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Assemble")]
    public int AssembleDocuments()
    {
        StringBuilder text = new();
        JsonObject answer = [];
        foreach (string line in Encoding.UTF8.GetString(_stream).Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)))
        {
            answer = JsonNode.Parse(line["data: ".Length..])!.AsObject();
            text.Append(answer["choices"]![0]!["delta"]!["content"]?.GetValue<string>());
        }

        answer["choices"]![0]!["message"] = text.ToString();
        return Encoding.UTF8.GetBytes(answer.ToJsonString()).Length;
    }

    [Benchmark]
    [BenchmarkCategory("Stream")]
    [AllowedBytes(256)]
    public bool Stream()
    {
        _output.ResetWrittenCount();
        return AnswerStreamer.TryStream(Endpoint.ChatCompletions, _whole, _output);
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Stream")]
    public int StreamDocuments()
    {
        JsonObject answer = JsonNode.Parse(_whole)!.AsObject();
        string text = answer["choices"]![0]!["message"]!["content"]!.GetValue<string>();
        answer["choices"]![0]!.AsObject().Remove("message");
        StringBuilder stream = new();
        foreach (char[] piece in text.Chunk(48))
        {
            answer["choices"]![0]!["delta"] = new JsonObject { ["content"] = new string(piece) };
            stream.Append("data: ").Append(answer.ToJsonString()).Append("\n\n");
        }

        return Encoding.UTF8.GetBytes(stream.ToString()).Length;
    }

    private static string Chunk(string delta, string finish) =>
        $$"""data: {"id":"chatcmpl-1","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}},"logprobs":null}],"created":5,"model":"m","service_tier":null,"system_fingerprint":null,"object":"chat.completion.chunk","usage":null}""" + "\n\n";
}
