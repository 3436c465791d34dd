using System.Text;
using Gateway.Streaming.Requests;

namespace Gateway.Streaming.Tests.Requests;

public sealed class RequestScannerSyntaxTests
{
    private readonly RequestFields _fields = new();

    [Theory]
    [InlineData("", 0)]
    [InlineData(" \n ", 3)]
    [InlineData("{\"model\":\"m\"} x", 14)]
    [InlineData("{\"model\":\"m\"}{}", 13)]
    [InlineData("{\"model\":\"m\"}\0", 13)]
    [InlineData("\0{\"model\":\"m\"}", 0)]
    [InlineData("{\"model\":\"m\",}", 13)]
    [InlineData("{\"model\":\"m\",\n\n \"x\":[1,]}", 23)]
    [InlineData("{\"model\":\"m\"/**/}", 12)]
    [InlineData("{\"model\":\"m\"}//", 13)]
    [InlineData("{\"model\":NaN}", 9)]
    [InlineData("{\"x\":-Infinity}", 6)]
    [InlineData("{\"x\":01}", 6)]
    [InlineData("{\"x\":1.}", 7)]
    [InlineData("{\"x\":.5}", 5)]
    [InlineData("{\"x\":+1}", 5)]
    [InlineData("{\"x\":tru}", 8)]
    [InlineData("{'x':1}", 1)]
    [InlineData("{x:1}", 1)]
    [InlineData("{\"x\" 1}", 5)]
    [InlineData("{\"x\":\"a\nb\"}", 7)]
    [InlineData("{\"x\":\"a\tb\"}", 7)]
    [InlineData("{\"x\":\"\\x\"}", 7)]
    [InlineData("{\"x\":\"\\u12G4\"}", 10)]
    [InlineData("{\"x\":[}", 6)]
    [InlineData("{\"x\":1]", 6)]
    public void Scan_NoJson_TellsTheByte(string body, int offset)
    {
        ScanError? error = Scan(Encoding.UTF8.GetBytes(body));
        Assert.Equal((ScanErrorKind.InvalidJson, offset), (error?.Kind, error?.Offset));
        Assert.Contains($"at byte {offset}", error?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"model\":\"m\",\"x\":@} x", 2)]
    [InlineData("{\"x\":@,}", 1)]
    [InlineData("{\"x\":\n@\n,\n\"y\":tru}", 10)]
    [InlineData("{\"x\":@", 0)]
    [InlineData("{\"x\":@,\"y\":@,\"y\":@]", 0)]
    [InlineData("{\"x\":@ @}", 1)]
    [InlineData("{\"x\":@x}", 0)]
    public void Scan_NoJsonBehindALongValue_TellsTheByte(string pattern, int offsetFromLastValue)
    {
        foreach (string value in new[] { $"\"{new string('a', 100)}\\n\"", $"[\n{new string(' ', 100)}[]]", $"{{\"a\":\"{new string('b', 100)}\"}}" })
        {
            string body = pattern.Replace("@", value, StringComparison.Ordinal);
            bool isBeforeLast = pattern.EndsWith("@ @}", StringComparison.Ordinal);
            int offset = isBeforeLast ? body.LastIndexOf(value, StringComparison.Ordinal) : body.LastIndexOf(value, StringComparison.Ordinal) + value.Length + offsetFromLastValue;
            ScanError? error = Scan(Encoding.UTF8.GetBytes("\uFEFF" + body));
            Assert.Equal((ScanErrorKind.InvalidJson, offset + 3), (error?.Kind, error?.Offset));
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"model\"")]
    [InlineData("1 ")]
    [InlineData("null")]
    [InlineData(" true")]
    public void Scan_OtherRoot_IsNoObject(string body) => Assert.Equal(ScanErrorKind.NotAnObject, Scan(Encoding.UTF8.GetBytes(body))?.Kind);

    [Theory]
    [InlineData(RequestScanner.MaxDepth - 1, true)]
    [InlineData(RequestScanner.MaxDepth, true)]
    [InlineData(RequestScanner.MaxDepth + 1, false)]
    public void Scan_Nested_IsTakenUpToTheLimit(int depth, bool isTaken)
    {
        foreach ((char open, char close) in new[] { ('[', ']'), ('{', '}') })
        {
            string inner = open == '[' ? "[" : "{\"x\":";
            string body = "{\"model\":\"m\",\"x\":" + string.Concat(Enumerable.Repeat(inner, depth - 1)) + "1" + new string(close, depth - 1) + "}";
            ScanError? error = Scan(Encoding.UTF8.GetBytes(body));
            Assert.Equal(isTaken ? null : ScanErrorKind.InvalidJson, error?.Kind);
            if (!isTaken)
                Assert.Contains("nested deeper than 64 levels", error?.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Scan_TruncatedAnywhere_IsInvalid()
    {
        byte[] body = Encoding.UTF8.GetBytes("\uFEFF" + """
             { "messages" : [{"role":"user","content":"Grüße \ud83d\ude00 \n"}, 1.5e-3, true, null, []], "model":"m" , "stream_options":{"include_usage":null},"n":12}
            """);
        Assert.Null(Scan(body));
        for (int length = 0; length < body.AsSpan().LastIndexOf((byte)'}') + 1; length++)
        {
            ScanError? error = Scan(body[..length]);
            Assert.Equal(ScanErrorKind.InvalidJson, error?.Kind);
            Assert.InRange(error!.Value.Offset, 0, length);
        }
    }

    [Fact]
    public void Scan_AnyByteReplaced_NeverThrows()
    {
        byte[] original = """{"model":"m\u0041","messages":[{"a":1.5e3}],"stream":true,"stream_options":{"include_usage":true},"n":2}"""u8.ToArray();
        for (int at = 0; at < original.Length; at++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] body = [.. original];
                body[at] = (byte)value;
                ScanError? error = Scan(body);
                if (value >= 0x80)
                    Assert.Equal((ScanErrorKind.InvalidJson, at), (error?.Kind, error?.Offset));
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public void Scan_InvalidUtf8Anywhere_TellsTheFirstByte(byte[] bad)
    {
        byte[] body = Encoding.UTF8.GetBytes("{\"model\":\"m\",\"größe\":{\"a\":[\"" + new string('ä', 3000) + "\"]}} ");
        for (int at = 0; at <= body.Length; at += at > 40 && at < body.Length - 40 ? 97 : 1)
        {
            if (at < body.Length && (body[at] & 0xC0) == 0x80)
                continue; // inside of a character, which is then the first bad one
            ScanError? error = Scan([.. body[..at], .. bad, .. body[at..]]);
            Assert.Equal((ScanErrorKind.InvalidJson, at), (error?.Kind, error?.Offset));
        }
    }

    [Fact]
    public void Scan_ByteOrderMark_IsTakenOnceAndCountsInOffsets()
    {
        Assert.Null(Scan(Encoding.UTF8.GetBytes("\uFEFF{\"model\":\"m\"}")));
        Assert.Equal("m", _fields.Model);
        Assert.Equal((ScanErrorKind.InvalidJson, 3), (Scan(Encoding.UTF8.GetBytes("\uFEFF\uFEFF{}")) is { } twice ? (twice.Kind, twice.Offset) : default));
        Assert.Equal(4, Scan(Encoding.UTF8.GetBytes("\uFEFF{x"))?.Offset);
        Assert.Equal(3, Scan(Encoding.UTF8.GetBytes("\uFEFF"))?.Offset);
        Assert.Equal(ScanErrorKind.InvalidJson, Scan([0xEF, 0xBB])?.Kind);
        Assert.Equal(ScanErrorKind.InvalidJson, Scan(Encoding.Unicode.GetBytes("{\"model\":\"m\"}"))?.Kind);
    }

    [Fact]
    public void Scan_SyntaxErrorAfterWrongField_ReportsTheSyntax() =>
        Assert.Equal(ScanErrorKind.InvalidJson, Scan("""{"model":1,"stream":"x","n":0,"stream_options":{"include_usage":1},"x":}"""u8.ToArray())?.Kind);

    [Fact]
    public void Scan_HalfSurrogatesInUnreadText_PassThrough()
    {
        Assert.Null(Scan("""{"\ud800":1,"\udc00x":"\ud800","model":"m","messages":[{"content":"\ud83d"}]}"""u8.ToArray()));
        Assert.Equal("m", _fields.Model);
    }

    private ScanError? Scan(byte[] body) => RequestScanner.Scan(body, Endpoint.ChatCompletions, _fields);
}
