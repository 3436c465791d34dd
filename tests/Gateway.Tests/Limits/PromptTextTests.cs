using System.Text;
using System.Text.Json;
using Gateway.Limits;
using Gateway.Streaming.Requests;
using TestKit.Memory;
using Endpoint = Gateway.Streaming.Endpoint;

namespace Gateway.Tests.Limits;

public class PromptTextTests
{
    private static readonly string[] Names = ["content", "text", "arguments", "cont\\u0065nt", "t\\u0065xt", "role", "url", "contents", "\\ud800", ""];
    private static readonly string[] Texts = ["", "hi", "a\\\"b", "\\\\", "ends in \\\\", "{[:,]}", "\\u00e9é", "größer 42 -1", "\\ud83d\\ude00", "\\ud800"];
    private static readonly string[] Blanks = ["", "", "", " ", "\r\n\t"];

    [Theory]
    [InlineData("\"12345678\"", 8)]
    [InlineData("[1, -2.5e+3,3]", 12)]
    [InlineData("""["1234",[5,6]]""", 12)]
    [InlineData("""{"role":"user","content":"say \"hi\"\n"}""", 12)]
    [InlineData("""{"role":"user" , "cont\u0065nt" : "1234"}""", 4)]
    [InlineData("""{"\ud800":"1234","content":"12"}""", 2)]
    [InlineData("""[{"type":"image_url","image_url":{"url":"data:AAAA"}},{"type":"text","text":"12"}]""", 2)]
    [InlineData("""{"content":null,"tool_calls":[{"id":"call_1","function":{"name":"f","arguments":"{\"a\":1}"}}]}""", 9)]
    public void CountBytes_Value_IsItsTextAsWritten(string value, long bytes) => Assert.Equal(bytes, Count(value));

    /// <summary>Beside a reader of tokens, on values of any shape.</summary>
    [Fact]
    public void CountBytes_RandomValues_AreAsTheReaderCountsThem()
    {
        Random random = new(11);
        for (int i = 0; i < 5_000; i++)
        {
            string value = Value(random, 4);
            Assert.True(Naive(Encoding.UTF8.GetBytes(value)) == Count(value), value);
        }
    }

    [Fact]
    public void CountBytes_LongPrompt_AllocatesNothing()
    {
        byte[] body = Body($$"""{"role":"user","content":"{{string.Concat(Enumerable.Repeat("a line\\n", 1000))}}"}""");
        RequestFields fields = Scan(body);
        Assert.Equal(0, AllocatedBytes.LowestOf(() => PromptText.CountBytes(fields, body)));
    }

    private static long Count(string value)
    {
        byte[] body = Body(value);
        return PromptText.CountBytes(Scan(body), body);
    }

    private static byte[] Body(string value) => Encoding.UTF8.GetBytes($$"""{"model":"m","messages":{{value}},"user":"nobody counts this"}""");

    private static RequestFields Scan(byte[] body)
    {
        RequestFields fields = new();
        Assert.Null(RequestScanner.Scan(body, Endpoint.ChatCompletions, fields));
        return fields;
    }

    private static long Naive(byte[] value)
    {
        Utf8JsonReader reader = new(value);
        long bytes = 0;
        bool isText = true;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
                isText = Encoding.UTF8.GetString(reader.ValueSpan) is "content" or "text" or "arguments" or "cont\\u0065nt" or "t\\u0065xt";
            else if (isText)
                bytes += reader.TokenType == JsonTokenType.String ? reader.ValueSpan.Length : reader.TokenType == JsonTokenType.Number ? 4 : 0;
        }

        return bytes;
    }

    private static string Value(Random random, int depth)
    {
        string blank = Blanks[random.Next(Blanks.Length)];
        int count = random.Next(4);
        return blank + random.Next(depth == 0 ? 3 : 6) switch
        {
            0 => (random.Next(3) switch { 0 => "-0.5e+7", 1 => "0", _ => random.Next().ToString(System.Globalization.CultureInfo.InvariantCulture) }),
            1 => random.Next(3) switch { 0 => "true", 1 => "false", _ => "null" },
            2 => $"\"{Texts[random.Next(Texts.Length)]}\"",
            3 => $"[{string.Join(',', Enumerable.Range(0, count).Select(_ => Value(random, depth - 1)))}]",
            _ => $"{{{string.Join(',', Enumerable.Range(0, count).Select(_ => $"\"{Names[random.Next(Names.Length)]}\"{blank}:{Value(random, depth - 1)}"))}{blank}}}",
        } + blank;
    }
}
