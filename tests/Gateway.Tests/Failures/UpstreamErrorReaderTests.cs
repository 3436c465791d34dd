using System.Text;
using System.Text.Json;
using Gateway.Failures;

namespace Gateway.Tests.Failures;

public sealed class UpstreamErrorReaderTests
{
    [Theory]
    [InlineData("""{"message":"Model not found","type":"Not Found","code":404}""", "Model not found", null, null)]
    [InlineData("""{"message":"no","type":"x","code":404,"details":{"message":"inner"}}""", "no", null, null)]
    [InlineData("""{"error":{"message":"bad","type":"t","param":"top_p","code":"invalid_value"}}""", "bad", "invalid_value", "top_p")]
    [InlineData("""{"error":{"message":"bad","type":"t","param":null,"code":400}}""", "bad", null, null)]
    [InlineData("""{"error":"text"}""", "text", null, null)]
    [InlineData("""{"type":"urn:x","title":"Bad Request","status":400,"detail":"why","requestId":"r"}""", "why", null, null)]
    [InlineData("""{"status":429,"title":"Too Many Requests"}""", "Too Many Requests", null, null)]
    [InlineData("""data: {"title":"Bad Request","detail":"why"}""" + "\n\n", "why", null, null)]
    [InlineData("event: error\n" + """data: {"error":{"message":"m"}}""" + "\n\n", "m", null, null)]
    [InlineData("""{"object":"error","message":"vllm","type":"BadRequestError","param":null,"code":400}""", "vllm", null, null)]
    [InlineData("""[{"error":{"code":400,"message":"first"}},{"error":{"message":"second"}}]""", "first", null, null)]
    [InlineData("""{"detail":[{"type":"extra_forbidden","loc":["body",0,"stream_options"],"msg":"Extra inputs"}]}""", "Extra inputs", null, "stream_options")]
    [InlineData("""{"error":"Bad Request","message":"longer"}""", "longer", null, null)]
    [InlineData("""{"title":"t","error":{"message":"e"},"detail":"d"}""", "d", null, null)]
    [InlineData("\uFEFF {\"message\":\"bom\"} ", "bom", null, null)]
    [InlineData("\"only text\"", "only text", null, null)]
    [InlineData("upstream connect error", "upstream connect error", null, null)]
    [InlineData("""{"message":"  ","title":"t"}""", "t", null, null)]
    [InlineData("""{"message":null,"error":{"message":{"detail":"deep"}}}""", "deep", null, null)]
    [InlineData("""{"message":"m","code":"Not an identifier"}""", "m", null, null)]
    [InlineData("", null, null, null)]
    [InlineData(" \n ", null, null, null)]
    [InlineData("<html><body>502 Bad Gateway</body></html>", null, null, null)]
    [InlineData("{}", null, null, null)]
    [InlineData("[]", null, null, null)]
    [InlineData("data:", null, null, null)]
    [InlineData("bin\0ary", null, null, null)]
    [InlineData("""{"error":{"message":"kept","code":"c", broken""", "kept", "c", null)]
    [InlineData("""{"error":{"message":"cut he""", "cut he", null, null)]
    [InlineData("""{"error":{"message":"cut \u00""", "cut", null, null)]
    [InlineData("""{"error":{"message":"pair \ud83d\ud""", "pair", null, null)]
    public void Read_AnyShape_FindsMessageCodeParam(string body, string? message, string? code, string? param) =>
        Assert.Equal(new UpstreamError(message, code, param), UpstreamErrorReader.Read(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData(UpstreamErrorReader.MaxMessage - 1, UpstreamErrorReader.MaxMessage - 1)]
    [InlineData(UpstreamErrorReader.MaxMessage, UpstreamErrorReader.MaxMessage)]
    [InlineData(UpstreamErrorReader.MaxMessage + 1, UpstreamErrorReader.MaxMessage)]
    [InlineData(1_000_000, UpstreamErrorReader.MaxMessage - 1)] // beyond MaxBody the opening quote counts
    public void Read_LongMessage_IsBounded(int length, int kept)
    {
        var said = UpstreamErrorReader.Read(Encoding.UTF8.GetBytes($$$"""{"error":{"message":"{{{new string('x', length)}}}"}}"""));

        Assert.Equal(new string('x', kept), said.Message);
    }

    [Theory]
    [InlineData(UpstreamErrorReader.MaxCode - 1, true)]
    [InlineData(UpstreamErrorReader.MaxCode, true)]
    [InlineData(UpstreamErrorReader.MaxCode + 1, false)]
    public void Read_LongCode_IsNone(int length, bool kept)
    {
        var said = UpstreamErrorReader.Read(Encoding.UTF8.GetBytes($$"""{"code":"{{new string('x', length)}}"}"""));

        Assert.Equal(kept, said.Code is not null);
    }

    [Theory]
    [InlineData(UpstreamErrorReader.MaxParam - 1, true)]
    [InlineData(UpstreamErrorReader.MaxParam, true)]
    [InlineData(UpstreamErrorReader.MaxParam + 1, false)]
    public void Read_LongParam_IsNone(int length, bool kept)
    {
        var said = UpstreamErrorReader.Read(Encoding.UTF8.GetBytes($$"""{"param":"{{new string('x', length)}}"}"""));

        Assert.Equal(kept, said.Param is not null);
    }

    [Fact]
    public void Read_DeepNesting_GivesNoMessage()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"error":""", 60)) + "\"x\"" + new string('}', 60);

        Assert.Null(UpstreamErrorReader.Read(Encoding.UTF8.GetBytes(deep)).Message);
    }

    [Theory]
    [InlineData("Incorrect API key provided: sk-proj-abc_DEF*123.", "Incorrect API key provided: ***")]
    [InlineData("key nvapi-AbC-12_3 refused", "key *** refused")]
    [InlineData("got Bearer eyJh.b-c_d= here", "got Bearer *** here")]
    [InlineData("the task-force found no risk-averse desk-top", "the task-force found no risk-averse desk-top")]
    public void Read_Credentials_AreMasked(string message, string expected) =>
        Assert.Equal(expected, UpstreamErrorReader.Read(Encoding.UTF8.GetBytes(message)).Message);

    [Theory]
    [InlineData("key a-secret-without-shape, a-secret refused", "key ***, *** refused")]
    [InlineData("cut in a-secret-with", "cut in ***")]
    [InlineData("a-secr", "***")]
    [InlineData("a-sec short", "a-sec short")]
    public void Read_KnownCredentials_AreMasked(string message, string expected) =>
        Assert.Equal(expected, UpstreamErrorReader.Read(Encoding.UTF8.GetBytes(message), "a-secret-without-shape", "a-secret", "short").Message);

    [Fact]
    public void Read_KeyAcrossTheLimit_IsMasked()
    {
        var message = new string('x', UpstreamErrorReader.MaxMessage - 11) + " nvapi-secretsecret";

        var said = UpstreamErrorReader.Read(Encoding.UTF8.GetBytes(message)).Message;

        Assert.EndsWith("x ***", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EveryCut_KeepsAPrefixAndNeverThrows()
    {
        const string Message = "é😀 \\ \"q\" \n end";
        var body = Encoding.UTF8.GetBytes($$$"""{"a":[1,{}],"error":{"type":"t","message":{{{JsonString(Message)}}},"code":"c"}}""");

        for (var length = 0; length <= body.Length; length++)
        {
            var said = UpstreamErrorReader.Read(body.AsSpan(0, length)).Message;
            Assert.True(said is null || Message.StartsWith(said, StringComparison.Ordinal), $"{length}: {said}");
        }
    }

    [Fact]
    public void Read_RandomBytes_NeverThrows()
    {
        var random = new Random(17);
        var seed = """data: [{"error":{"message":"a\u00e9","detail":[{"loc":["x"],"msg":"m"}],"code":"c"}}]"""u8.ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var body = seed.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            UpstreamErrorReader.Read(body);
        }
    }

    private static string JsonString(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
