using System.Buffers;
using System.Text;
using Gateway.Streaming.Requests;
using TestKit.Memory;

namespace Gateway.Streaming.Tests.Requests;

public sealed class RequestRewriterTests
{
    private readonly RequestFields _fields = new();
    private readonly BodyEdits _edits = new();

    private delegate void Rewrite(RequestRewriter rewriter);

    [Theory]
    [InlineData("""{"model":"m","stream":true}""", """{"model":"m","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("{\n  \"stream\" : true,\n  \"model\" : \"m\"\n}\n", "{\n  \"stream\" : true,\n  \"model\" : \"m\",\"stream_options\":{\"include_usage\":true}\n}\n")]
    [InlineData("""{"model":"m","stream_options": null ,"stream":true}""", """{"model":"m","stream_options": {"include_usage":true} ,"stream":true}""")]
    [InlineData("""{"model":"m","stream_options":{},"stream":true}""", """{"model":"m","stream_options":{"include_usage":true},"stream":true}""")]
    [InlineData("""{"model":"m","stream_options":{ },"stream":true}""", """{"model":"m","stream_options":{"include_usage":true },"stream":true}""")]
    [InlineData("""{"model":"m","stream_options":{ "x" : 1e400 },"stream":true}""", """{"model":"m","stream_options":{"include_usage":true, "x" : 1e400 },"stream":true}""")]
    [InlineData("""{"model":"m","stream_options":{"a":1,"include_usage" : false,"b":2},"stream":true}""", """{"model":"m","stream_options":{"a":1,"include_usage" : true,"b":2},"stream":true}""")]
    [InlineData("""{"model":"m","stream_options":{"include\u005fusage":null},"stream":true}""", """{"model":"m","stream_options":{"include\u005fusage":true},"stream":true}""")]
    [InlineData("""{"model":"m","stream_options":{"include_usage":true},"stream":true}""", """{"model":"m","stream_options":{"include_usage":true},"stream":true}""")]
    [InlineData("""{"model":"m","stream":false}""", """{"model":"m","stream":false}""")]
    [InlineData("""{"model":"m","stream_options":{"include_usage":false}}""", """{"model":"m","stream_options":{"include_usage":false}}""")]
    public void InjectIncludeUsage_AnyBody_ChangesOnlyTheOption(string body, string expected)
    {
        Assert.Equal(expected, Apply(body, rewriter => rewriter.InjectIncludeUsage()));
        Assert.Equal(body == expected, _edits.IsEmpty);
        Assert.Equal(expected, Apply(body, rewriter =>
        {
            rewriter.InjectIncludeUsage();
            rewriter.InjectIncludeUsage();
        }));
    }

    [Theory]
    [InlineData(Endpoint.Completions, true)]
    [InlineData(Endpoint.Responses, false)]
    [InlineData(Endpoint.Messages, false)]
    [InlineData(Endpoint.Embeddings, false)]
    public void InjectIncludeUsage_OtherEndpoint_OnlyForCompletions(Endpoint endpoint, bool injects)
    {
        string edited = Apply("""{"model":"m","stream":true}""", rewriter => rewriter.InjectIncludeUsage(), endpoint);
        Assert.Equal(injects, edited.Contains("include_usage", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"model":"m","max_completion_tokens":5}""", """{"model":"m","max_tokens":5}""")]
    [InlineData("""{"max\u005fcompletion_tokens" : 5.0 ,"model":"m"}""", """{"max_tokens" : 5.0 ,"model":"m"}""")]
    [InlineData("""{"model":"m","max_tokens":null,"max_completion_tokens":5}""", """{"model":"m","max_tokens":5}""")]
    [InlineData("""{"max_completion_tokens":5,"max_tokens":null,"model":"m"}""", """{"max_tokens":5,"model":"m"}""")]
    [InlineData("""{"model":"m","max_tokens":7,"max_completion_tokens":5}""", """{"model":"m","max_tokens":7}""")]
    [InlineData("""{"model":"m","max_completion_tokens":null}""", """{"model":"m"}""")]
    [InlineData("""{"model":"m","max_tokens":7}""", """{"model":"m","max_tokens":7}""")]
    [InlineData("""{"model":"m","max_tokens":null}""", """{"model":"m","max_tokens":null}""")]
    public void RenameMaxTokens_ToMaxTokens_LeavesOneName(string body, string expected) =>
        Assert.Equal(expected, Apply(body, rewriter => rewriter.RenameMaxTokens(RequestField.MaxTokens)));

    [Fact]
    public void RenameMaxTokens_ToMaxCompletionTokens_IsForChatOnly()
    {
        const string Body = """{"model":"m","max_tokens":5}""";
        const string Renamed = """{"model":"m","max_completion_tokens":5}""";
        Assert.Equal(Renamed, Apply(Body, rewriter => rewriter.RenameMaxTokens(RequestField.MaxCompletionTokens)));
        Assert.Equal(Body, Apply(Body, rewriter => rewriter.RenameMaxTokens(RequestField.MaxCompletionTokens), Endpoint.Completions));
        Assert.Equal(Body, Apply(Renamed, rewriter => rewriter.RenameMaxTokens(RequestField.MaxTokens), Endpoint.Completions));
        Assert.Equal(Body, Apply(Body, rewriter => rewriter.RenameMaxTokens(RequestField.MaxCompletionTokens), Endpoint.Messages));
    }

    [Theory]
    [InlineData("""{"model":"m"}""", "other", """{"model":"other"}""")]
    [InlineData("""{ "model" : "m" , "x":1}""", "a\"b\\c", """{ "model" : "a\"b\\c" , "x":1}""")]
    [InlineData("""{"model":"m"}""", "größe/1", """{"model":"größe/1"}""")]
    [InlineData("""{"model":"meta\/m"}""", "meta/m", """{"model":"meta\/m"}""")]
    public void SetModel_AnyName_ReplacesOnlyTheValue(string body, string model, string expected) =>
        Assert.Equal(expected, Apply(body, rewriter => rewriter.SetModel(model)));

    [Fact]
    public void SetModel_BackToTheClients_LeavesNoEdit()
    {
        Assert.Equal("""{"model":"\u006d"}""", Apply("""{"model":"\u006d"}""", rewriter =>
        {
            rewriter.SetModel("other");
            rewriter.SetModel("m");
        }));
        Assert.True(_edits.IsEmpty);
    }

    [Theory]
    [InlineData("""{"a":1,"model":"m","b":2}""", "a", """{"model":"m","b":2}""")]
    [InlineData("""{"a":1,"model":"m","b":2}""", "model", """{"a":1,"b":2}""")]
    [InlineData("""{"a":1,"model":"m","b":2}""", "b", """{"a":1,"model":"m"}""")]
    [InlineData("""{"a":1,"model":"m","b":2}""", "a,model", """{"b":2}""")]
    [InlineData("""{"a":1,"model":"m","b":2}""", "b,model", """{"a":1}""")]
    [InlineData("""{"a":1,"model":"m","b":2}""", "a,b", """{"model":"m"}""")]
    [InlineData("""{"a":1,"model":"m","b":2}""", "model,b,a", "{}")]
    [InlineData("""{ "model":"m" }""", "model", "{  }")]
    [InlineData("{\n \"a\": 1 ,\n \"model\": \"m\" ,\n \"b\": 2\n}", "model", "{\n \"a\": 1 ,\n \"b\": 2\n}")]
    [InlineData("{\n \"a\": 1 ,\n \"model\": \"m\" ,\n \"b\": 2\n}", "b", "{\n \"a\": 1 ,\n \"model\": \"m\"\n}")]
    [InlineData("""{"a":1,"\u0061":[2],"model":"m","a":{"a":3}}""", "a", """{"model":"m"}""")]
    [InlineData("""{"model":"m","größe":1,"gr\u00f6\u00DFe":2,"\ud83d\ude00":3,"\ud83d":4}""", "größe,😀", """{"model":"m","\ud83d":4}""")]
    [InlineData("""{"model":"m","a":{"b":1}}""", "b,c", """{"model":"m","a":{"b":1}}""")]
    public void DropField_AnyPlace_TakesItsComma(string body, string names, string expected) =>
        Assert.Equal(expected, Apply(body, rewriter =>
        {
            foreach (string name in names.Split(','))
                rewriter.DropField(Encoding.UTF8.GetBytes(name));
        }));

    [Fact]
    public void DropField_ThenAdded_WritesIntoTheEmptyObject()
    {
        Assert.Equal("""{"stream_options":{"include_usage":true},"model":"x"}""", Apply("""{"model":"m","stream":true}""", rewriter =>
        {
            rewriter.DropField("stream"u8);
            rewriter.DropField("model"u8);
            rewriter.InjectIncludeUsage();
            rewriter.SetModel("x");
        }));
    }

    [Fact]
    public void ByteOrderMark_Alone_IsNotSentOn()
    {
        Assert.Equal("""{"model":"m"}""", Apply("\uFEFF{\"model\":\"m\"}", _ => { }));
        Assert.False(_edits.IsEmpty);
    }

    [Fact]
    public void Begin_SharedBody_KeepsAttemptsApart()
    {
        byte[] body = """{"model":"m","x":1}"""u8.ToArray();
        Assert.Null(RequestScanner.Scan(body, Endpoint.ChatCompletions, _fields));
        var other = new BodyEdits();
        _edits.Begin(_fields);
        other.Begin(_fields);
        new RequestRewriter(body, _edits).SetModel("first");
        new RequestRewriter(body, other).DropField("x"u8);
        Assert.Equal("""{"model":"first","x":1}""", Edited(body, _edits));
        Assert.Equal("""{"model":"m"}""", Edited(body, other));
        _edits.Begin(_fields);
        Assert.True(_edits.IsEmpty);
    }

    [Fact]
    public void Rewrite_WarmedUp_AllocatesNothing()
    {
        byte[] body = """{"model":"m","max_completion_tokens":5,"messages":[],"stream":true,"x":1}"""u8.ToArray();
        ArrayBufferWriter<byte> destination = new(256);
        Assert.Null(RequestScanner.Scan(body, Endpoint.ChatCompletions, _fields));
        long allocated = AllocatedBytes.LowestOf(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                _edits.Begin(_fields);
                var rewriter = new RequestRewriter(body, _edits);
                rewriter.SetModel("other");
                rewriter.RenameMaxTokens(RequestField.MaxTokens);
                rewriter.InjectIncludeUsage();
                rewriter.DropField("x"u8);
                destination.ResetWrittenCount();
                _edits.WriteTo(body, destination);
            }
        });
        Assert.Equal(0, allocated);
    }

    private string Apply(string body, Rewrite rewrite, Endpoint endpoint = Endpoint.ChatCompletions)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        Assert.Null(RequestScanner.Scan(bytes, endpoint, _fields));
        _edits.Begin(_fields);
        rewrite(new RequestRewriter(bytes, _edits));
        return Edited(bytes, _edits);
    }

    private static string Edited(byte[] body, BodyEdits edits)
    {
        var writer = new ArrayBufferWriter<byte>();
        edits.WriteTo(body, writer);
        Assert.Equal(edits.Length, writer.WrittenCount);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }
}
