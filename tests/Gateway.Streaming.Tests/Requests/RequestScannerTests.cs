using System.Text;
using Gateway.Streaming.Requests;
using TestKit.Memory;

namespace Gateway.Streaming.Tests.Requests;

public sealed class RequestScannerTests
{
    private readonly RequestFields _fields = new();

    [Fact]
    public void Scan_ChatBody_DecodesWhatTheGatewayReads()
    {
        const string Body = """
            {"messages":[{"role":"user","content":"model"}],"n":2,"stream":true,"model":"meta/llama","max_tokens":16,"max_completion_tokens":32,
             "stream_options":{"x":1,"include_usage":false},"store":true,"user":"u\n1","prompt_cache_key":"k","temperature":0.10000000000000000001}
            """;

        Assert.Null(Scan(Body));

        Assert.Equal("meta/llama", _fields.Model);
        Assert.True(_fields.Stream);
        Assert.True(_fields.Store);
        Assert.False(_fields.IncludeUsage);
        Assert.Equal(2, _fields.N);
        Assert.Equal(2, _fields.ExpectedChoices);
        Assert.Equal(16, _fields.MaxTokens);
        Assert.Equal(32, _fields.MaxCompletionTokens);
        Assert.Equal("\"u\\n1\"", ValueOf(Body, RequestField.User));
        Assert.Equal("\"k\"", ValueOf(Body, RequestField.PromptCacheKey));
        Assert.True(_fields.TryFind(Encoding.UTF8.GetBytes(Body), "temperature"u8, out BodyMember temperature));
        Assert.Equal("0.10000000000000000001", Encoding.UTF8.GetString(temperature.ValueIn(Encoding.UTF8.GetBytes(Body))));
        Assert.Equal(11, _fields.Members.Length);
    }

    [Fact]
    public void Scan_Reused_ForgetsTheBodyBefore()
    {
        Assert.Null(Scan("""{"model":"a","stream":true,"n":3,"max_tokens":1,"stream_options":{"include_usage":true},"store":true,"user":"u"}"""));
        Assert.Null(Scan("""{"model":"b"}"""));

        Assert.Equal("b", _fields.Model);
        Assert.False(_fields.Stream);
        Assert.False(_fields.Store);
        Assert.Null(_fields.IncludeUsage);
        Assert.Null(_fields.MaxTokens);
        Assert.Equal(1, _fields.N);
        Assert.False(_fields.TryGet(RequestField.User, out _));
    }

    [Theory]
    [InlineData("""{"model":"m","st\u0072eam":true}""")]
    [InlineData("""{"model":"m","\u0073\u0074\u0072\u0065\u0061\u006d":true}""")]
    [InlineData("""{"stream" : true , "model":"m"}""")]
    [InlineData("{\"stream\"\n:\r\n\ttrue\n,\"model\":\"m\"}\n")]
    public void Scan_StreamHoweverWritten_IsSeen(string body)
    {
        Assert.Null(Scan(body));
        Assert.True(_fields.Stream);
    }

    [Theory]
    [InlineData("""{"model":"m","x":{"stream":true}}""")]
    [InlineData("""{"model":"m","messages":[{"stream":true}]}""")]
    [InlineData("""{"model":"m","STREAM":true}""")]
    [InlineData("""{"model":"m","streams":true}""")]
    [InlineData("""{"model":"m","\ud800stream":true}""")]
    [InlineData("""{"model":"m","stream\ud800":true}""")]
    [InlineData("""{"model":"m","stream\\":true}""")]
    [InlineData("""{"model":"m","user":"\"stream\":true"}""")]
    [InlineData("""{"model":"m","stream":null}""")]
    public void Scan_StreamElsewhere_IsNotStreaming(string body)
    {
        Assert.Null(Scan(body));
        Assert.False(_fields.Stream);
    }

    [Theory]
    [InlineData("""{"model":"meta\/llama"}""", "meta/llama")]
    [InlineData("""{"model":"\u006d"}""", "m")]
    [InlineData("""{"model":"\ud83d\ude00"}""", "😀")]
    [InlineData("""{"model":"😀"}""", "😀")]
    [InlineData("""{"mod\u0065l":" "}""", " ")]
    public void Scan_ModelHoweverWritten_IsDecoded(string body, string model)
    {
        Assert.Null(Scan(body));
        Assert.Equal(model, _fields.Model);
    }

    [Theory]
    [InlineData("model", "\"m\"")]
    [InlineData("messages", "[]")]
    [InlineData("stream", "true")]
    [InlineData("stream_options", "{}")]
    [InlineData("max_tokens", "1")]
    [InlineData("max_completion_tokens", "null")]
    [InlineData("n", "1")]
    [InlineData("user", "\"u\"")]
    [InlineData("store", "false")]
    [InlineData("prompt_cache_key", "\"k\"")]
    public void Scan_FieldTwice_IsDuplicateInAnySpelling(string name, string value)
    {
        string escaped = $"\\u{(int)name[0]:x4}{name[1..]}";
        string model = name == "model" ? "" : "\"model\":\"m\",";
        foreach (string second in new[] { name, escaped })
        {
            ScanError? error = Scan($$"""{{{model}}"{{name}}":{{value}},"x":{},"{{second}}":null}""");
            Assert.Equal((ScanErrorKind.DuplicateField, name), (error?.Kind, error?.Field));
        }
    }

    [Theory]
    [InlineData("messages", Endpoint.ChatCompletions)]
    [InlineData("prompt", Endpoint.Completions)]
    [InlineData("input", Endpoint.Embeddings)]
    public void Scan_LongField_IsFoundAndItsDoubleRefused(string name, Endpoint endpoint)
    {
        string value = $"\"{new string('x', 200)}\\n\"";
        string member = $"\"{name}\" : {value}";
        Assert.Null(Scan($$"""{{{member}}, "model":"m"}""", endpoint));
        Assert.True(_fields.TryGet(Enum.Parse<RequestField>(name, ignoreCase: true), out BodyMember found));
        Assert.Equal(new BodyMember(1, name.Length + 3, name.Length + 6, member.Length + 1, HasEscapes: false, IsNull: false), found);
        Assert.Equal("m", _fields.Model);
        Assert.Equal(1, _fields.PromptCount);

        ScanError? error = Scan($$"""{"model":"m",{{member}},{{member}}}""", endpoint);
        Assert.Equal((ScanErrorKind.DuplicateField, name, 14 + member.Length), (error?.Kind, error?.Field, error?.Offset));
    }

    [Fact]
    public void Scan_IncludeUsageTwice_IsDuplicate()
    {
        ScanError? error = Scan("""{"model":"m","stream_options":{"include_usage":true,"include\u005fusage":true}}""");
        Assert.Equal((ScanErrorKind.DuplicateField, "stream_options.include_usage"), (error?.Kind, error?.Field));
    }

    [Theory]
    [InlineData("""{"model":"m","temperature":1,"temperature":2}""", Endpoint.ChatCompletions)]
    [InlineData("""{"model":"m","n":1,"n":"x","stream":1,"stream_options":7}""", Endpoint.Embeddings)]
    [InlineData("""{"model":"m","prompt":{},"prompt":{}}""", Endpoint.ChatCompletions)]
    [InlineData("""{"model":"m","stream_options":{"include_obfuscation":false},"max_tokens":"x"}""", Endpoint.Responses)]
    public void Scan_WhatTheEndpointDoesNotRead_IsNotChecked(string body, Endpoint endpoint)
    {
        Assert.Null(Scan(body, endpoint));
        Assert.False(_fields.Stream);
        Assert.Equal(1, _fields.N);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"model":null}""")]
    [InlineData("""{"x":{"model":"m"}}""")]
    public void Scan_NoModel_IsMissing(string body) => Assert.Equal(ScanErrorKind.MissingModel, Scan(body)?.Kind);

    [Theory]
    [InlineData("model", "\"\"")]
    [InlineData("model", "1")]
    [InlineData("model", "[\"m\"]")]
    [InlineData("model", "\"\\ud800\"")]
    [InlineData("model", "\"\\udc00\\ud800\"")]
    [InlineData("stream", "\"true\"")]
    [InlineData("stream", "1")]
    [InlineData("store", "{}")]
    [InlineData("stream_options", "[]")]
    [InlineData("stream_options", "true")]
    [InlineData("n", "0")]
    [InlineData("n", "1.5")]
    [InlineData("n", "2147483648")]
    [InlineData("n", "1e400")]
    [InlineData("n", "\"2\"")]
    [InlineData("max_tokens", "-1")]
    [InlineData("max_tokens", "1e400")]
    [InlineData("max_tokens", "9223372036854775808")]
    [InlineData("max_completion_tokens", "true")]
    public void Scan_WrongValue_NamesTheField(string name, string value)
    {
        string model = name == "model" ? "" : "\"model\":\"m\",";
        string body = $$"""{{{model}}"{{name}}": {{value}}}""";
        ScanError? error = Scan(body);
        Assert.Equal((ScanErrorKind.InvalidField, name), (error?.Kind, error?.Field));
        Assert.Equal(body.IndexOf(": ", StringComparison.Ordinal) + 2, error?.Offset);
        Assert.StartsWith($"Field '{name}' must be ", error?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user", "1")]
    [InlineData("user", "{\"id\":\"u\"}")]
    [InlineData("user", "\"\\uDBFF\"")]
    [InlineData("prompt_cache_key", "[\"k\"]")]
    public void Scan_AffinityFieldOfAnotherType_IsFoundAsItStands(string name, string value)
    {
        foreach (string padding in new[] { "", new string(' ', 100) })
        {
            string body = $$"""{"{{name}}":{{value}}{{padding}},"model":"m","stream":true}""";
            Assert.Null(Scan(body));
            RequestField field = name == "user" ? RequestField.User : RequestField.PromptCacheKey;
            Assert.Equal(value, ValueOf(body, field));
            Assert.True(_fields.Stream);
        }
    }

    [Fact]
    public void Scan_LongUser_IsFoundWhole()
    {
        string user = new('u', 300);
        string body = $$"""{"user":"{{user}}","model":"m","prompt_cache_key":"{{user}}"}""";
        Assert.Null(Scan(body));
        Assert.Equal($"\"{user}\"", ValueOf(body, RequestField.User));
        Assert.Equal($"\"{user}\"", ValueOf(body, RequestField.PromptCacheKey));
        Assert.Equal("m", _fields.Model);
    }

    [Fact]
    public void Scan_IncludeUsageNoBoolean_NamesTheNestedField()
    {
        ScanError? error = Scan("""{"model":"m","stream_options":{"include_usage":"yes"}}""");
        Assert.Equal((ScanErrorKind.InvalidField, "stream_options.include_usage"), (error?.Kind, error?.Field));
    }

    [Theory]
    [InlineData("16", 16L)]
    [InlineData("0", 0L)]
    [InlineData("16.0", 16L)]
    [InlineData("1.6e1", 16L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("null", null)]
    public void Scan_TokenLimit_IsTakenAsTheUpstreamsTakeIt(string written, long? value)
    {
        Assert.Null(Scan($$"""{"model":"m","max_tokens":{{written}}}"""));
        Assert.Equal(value, _fields.MaxTokens);
    }

    [Theory]
    [InlineData("\"a\"", 1)]
    [InlineData("null", 1)]
    [InlineData("[]", 1)]
    [InlineData("[\"a\"]", 1)]
    [InlineData("[\"a\",\"b\",\"c\"]", 3)]
    [InlineData("[1,2,3]", 1)]
    [InlineData("[[1,2],[3]]", 2)]
    public void Scan_Prompt_CountsPrompts(string prompt, int count)
    {
        Assert.Null(Scan($$"""{"model":"m","n":2,"prompt":{{prompt}}}""", Endpoint.Completions));
        Assert.Equal(count, _fields.PromptCount);
        Assert.Equal(2 * count, _fields.ExpectedChoices);
    }

    [Theory]
    [InlineData(FieldDecoder.MaxModelBytes - 1, true)]
    [InlineData(FieldDecoder.MaxModelBytes, true)]
    [InlineData(FieldDecoder.MaxModelBytes + 1, false)]
    public void Scan_LongModel_IsTakenUpToTheLimit(int length, bool isTaken)
    {
        ScanError? error = Scan($$"""{"model":"{{new string('m', length)}}"}""");
        Assert.Equal(isTaken ? null : ScanErrorKind.InvalidField, error?.Kind);
        Assert.Equal(isTaken ? length : 0, _fields.Model.Length);
    }

    [Theory]
    [InlineData(RequestFields.MaxMembers - 1, true)]
    [InlineData(RequestFields.MaxMembers, true)]
    [InlineData(RequestFields.MaxMembers + 1, false)]
    public void Scan_ManyMembers_AreTakenUpToTheLimit(int count, bool areTaken)
    {
        string others = string.Concat(Enumerable.Range(1, count - 1).Select(i => $",\"x{i}\":{i}"));
        Assert.Equal(areTaken ? null : ScanErrorKind.TooManyFields, Scan($$"""{"model":"m"{{others}}}""")?.Kind);
        Assert.Equal(Math.Min(count, RequestFields.MaxMembers), _fields.Members.Length);
    }

    [Fact]
    public void Scan_SameModelAgain_SharesTheString()
    {
        Assert.Null(Scan("""{"model":"shared/model"}"""));
        string first = _fields.Model;
        Assert.Null(Scan("""{"model":"shared\/model"}"""));
        Assert.Same(first, _fields.Model);
    }

    [Fact]
    public void Scan_WarmedUp_AllocatesNothing()
    {
        byte[] body = """{"model":"m","messages":[{"role":"user","content":"Hi\n"}],"stream":true,"st\u006fre":false,"n":1}"""u8.ToArray();
        Assert.Null(RequestScanner.Scan(body, Endpoint.ChatCompletions, _fields));
        long allocated = AllocatedBytes.LowestOf(() =>
        {
            for (int i = 0; i < 100; i++)
                RequestScanner.Scan(body, Endpoint.ChatCompletions, _fields);
        });
        Assert.Equal(0, allocated);
    }

    private string ValueOf(string body, RequestField field)
    {
        Assert.True(_fields.TryGet(field, out BodyMember member));
        return Encoding.UTF8.GetString(member.ValueIn(Encoding.UTF8.GetBytes(body)));
    }

    private ScanError? Scan(string body, Endpoint endpoint = Endpoint.ChatCompletions) =>
        RequestScanner.Scan(Encoding.UTF8.GetBytes(body), endpoint, _fields);
}
