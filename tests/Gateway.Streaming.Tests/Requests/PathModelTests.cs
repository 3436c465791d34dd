using System.Buffers;
using System.Text;
using Gateway.Streaming.Requests;

namespace Gateway.Streaming.Tests.Requests;

/// <summary>Bodies of requests whose path names the model.</summary>
public sealed class PathModelTests
{
    [Theory]
    [InlineData("{}", """{"model":"gpt"}""")]
    [InlineData(" { } ", """ {"model":"gpt" } """)]
    [InlineData("\uFEFF{}", """{"model":"gpt"}""")]
    [InlineData("""{"messages":[]}""", """{"messages":[],"model":"gpt"}""")]
    [InlineData("""{"model":null,"n":1}""", """{"model":"gpt","n":1}""")]
    [InlineData("""{"model":"other"}""", """{"model":"gpt"}""")]
    [InlineData("""{"model":"gpt"}""", """{"model":"gpt"}""")]
    public void SetModel_WhateverTheBodySays_ThePathsIsThere(string body, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        RequestFields fields = new();
        BodyEdits edits = new();
        Assert.Null(RequestScanner.Scan(bytes, Endpoint.ChatCompletions, fields, namesModel: false));
        edits.Begin(fields);
        new RequestRewriter(bytes, edits).SetModel("gpt");
        ArrayBufferWriter<byte> edited = new();
        edits.WriteTo(bytes, edited);
        Assert.Equal(expected, Encoding.UTF8.GetString(edited.WrittenSpan));
    }

    [Theory]
    [InlineData("""{"model":7}""", ScanErrorKind.InvalidField)]
    [InlineData("""{"model":"a","model":"b"}""", ScanErrorKind.DuplicateField)]
    [InlineData("[]", ScanErrorKind.NotAnObject)]
    public void Scan_WhatIsWrongAnyway_StaysAnError(string body, ScanErrorKind kind) =>
        Assert.Equal(kind, RequestScanner.Scan(Encoding.UTF8.GetBytes(body), Endpoint.ChatCompletions, new RequestFields(), namesModel: false)?.Kind);
}
