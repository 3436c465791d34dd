using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Gateway.Streaming;
using Gateway.Streaming.Requests;

namespace Gateway.Bench.Requests;

/// <summary>
/// A chat body scanned and rewritten for an upstream (model, token limit's name, usage), against the same through a document tree.
/// The bodies are what clients send: prose and code with escaped line feeds and quotes, spread over a conversation.
/// </summary>
[MemoryDiagnoser]
public class RequestScanBenchmarks
{
    private const string Prose = "The quick brown fox jumps over the lazy dog; it does so in every line, and says \"so what\" each time.\nif (x > 1) {\n\treturn y;\n}\n";

    private readonly RequestFields _fields = new();
    private readonly BodyEdits _edits = new();
    private byte[] _body = [];
    private byte[] _destination = [];

    [Params(250, 2_000, 100_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _body = Body(Size);
        _destination = new byte[(_body.Length * 6) + 1024];
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
    public long ReaderAlone()
    {
        var reader = new Utf8JsonReader(_body);
        while (reader.Read())
        {
        }
        return reader.BytesConsumed;
    }

    [Benchmark]
    public bool Scan() => RequestScanner.Scan(_body, Endpoint.ChatCompletions, _fields) is null;

    [Benchmark]
    public int ScanAndRewrite()
    {
        RequestScanner.Scan(_body, Endpoint.ChatCompletions, _fields);
        _edits.Begin(_fields);
        var rewriter = new RequestRewriter(_body, _edits);
        rewriter.SetModel("upstream/model");
        rewriter.RenameMaxTokens(RequestField.MaxTokens);
        rewriter.InjectIncludeUsage();
        _edits.CopyTo(_body, _destination);
        return _edits.Length;
    }

    private static byte[] Body(int size)
    {
        const string Head = """{"model":"meta/llama-3.1-70b-instruct","stream":true,"max_completion_tokens":256,"temperature":0.7,"messages":[""";
        var json = new StringBuilder(Head);
        for (int turn = 0; json.Length < size - 2; turn++)
        {
            string role = turn % 2 == 0 ? "user" : "assistant";
            int room = Math.Clamp(size - json.Length - 40, 20, 4000);
            json.Append(turn == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{{\"role\":\"{role}\",\"content\":\"{Text(room)}\"}}");
        }
        return Encoding.UTF8.GetBytes(json.Append("]}").ToString());
    }

    private static string Text(int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append(Prose);
        return JsonEncodedText.Encode(text.ToString(0, length), System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
    }
}
