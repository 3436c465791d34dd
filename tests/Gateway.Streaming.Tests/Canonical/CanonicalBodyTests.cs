using Gateway.Streaming.Canonical;

namespace Gateway.Streaming.Tests.Canonical;

public sealed class CanonicalBodyTests
{
    [Theory]
    [InlineData("""{"model":"m","temperature":0,"messages":[]}""", """{ "messages" : [ ] ,"temperature":0, "model":"other"}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"hi"}]}""", """{"model":"m","messages":[{"content":"hi","role":"user"}]}""")]
    [InlineData("""{"model":"m","messages":[{"content":[{"type":"text","text":"a"}]}]}""", """{"model":"m","messages":[{"content":[{"text":"a","type":"text"}]}]}""")]
    [InlineData("""{"model":"m","messages":[{"content":[{"image_url":{"url":"u","detail":"low"}}]}]}""", """{"model":"m","messages":[{"content":[{"image_url":{"detail":"low","url":"u"}}]}]}""")]
    [InlineData("""{"model":"m","logit_bias":{"1":2,"3":4}}""", """{"model":"m","logit_bias":{"3":4,"1":2}}""")]
    [InlineData("""{"model":"m","messages":[{"content":"é\n\"\/😀"}]}""", """{"model":"m","messages":[{"content":"\u00e9\u000A\u0022/\ud83d\uDE00"}]}""")]
    [InlineData("""{"model":"m","messages":[]}""", """{"model":"m","\u006dessages":[]}""")]
    [InlineData("""{"model":"m","stop":null}""", """{"model":"m"}""")]
    [InlineData("""{"model":"m","messages":[{"role":"assistant","content":null}]}""", """{"model":"m","messages":[{"role":"assistant"}]}""")]
    [InlineData("""{"model":"m","stream":true,"stream_options":{"include_usage":true},"user":"u","metadata":{"a":1}}""", """{"model":"m"}""")]
    public void TryDigest_SameMeaning_SameDigest(string one, string other) => Assert.Equal(Digests.Of(one), Digests.Of(other));

    [Theory]
    [InlineData("""{"model":"m","messages":[{"content":"hi"}]}""", """{"model":"m","messages":[{"content":"hi "}]}""")]
    [InlineData("""{"model":"m","messages":[{"content":"1"}]}""", """{"model":"m","messages":[{"content":1}]}""")]
    [InlineData("""{"model":"m","messages":[{"content":"a"},{"content":"b"}]}""", """{"model":"m","messages":[{"content":"b"},{"content":"a"}]}""")]
    [InlineData("""{"model":"m","tools":[{"a":1,"b":2}]}""", """{"model":"m","tools":[{"b":2,"a":1}]}""")]
    [InlineData("""{"model":"m","response_format":{"a":1,"b":2}}""", """{"model":"m","response_format":{"b":2,"a":1}}""")]
    [InlineData("""{"model":"m","nvext":{"a":1,"b":2}}""", """{"model":"m","nvext":{"b":2,"a":1}}""")]
    [InlineData("""{"model":"m","guided_json":{"a":1,"b":2}}""", """{"model":"m","guided_json":{"b":2,"a":1}}""")]
    [InlineData("""{"model":"m","messages":[{"tool_calls":[{"a":1,"b":2}]}]}""", """{"model":"m","messages":[{"tool_calls":[{"b":2,"a":1}]}]}""")]
    [InlineData("""{"model":"m","messages":[{"content":[{"type":"tool_use","input":{"a":1,"b":2}}]}]}""", """{"model":"m","messages":[{"content":[{"type":"tool_use","input":{"b":2,"a":1}}]}]}""")]
    [InlineData("""{"model":"m","tools":[{"a":null}]}""", """{"model":"m","tools":[{}]}""")]
    [InlineData("""{"model":"m","stop":[]}""", """{"model":"m"}""")]
    [InlineData("""{"model":"m","stop":["ab"]}""", """{"model":"m","stop":["a","b"]}""")]
    [InlineData("""{"model":"m","stop":[["a"],"b"]}""", """{"model":"m","stop":["a",["b"]]}""")]
    [InlineData("""{"model":"m","seed":true}""", """{"model":"m","seed":false}""")]
    public void TryDigest_AnotherMeaning_AnotherDigest(string one, string other) => Assert.NotEqual(Digests.Of(one), Digests.Of(other));

    [Theory]
    [InlineData("1", "1.0", "1e0", "10e-1", "0.1E1", "0.0001e+4", "100e-02")]
    [InlineData("0", "-0", "0.000", "0e5", "-0.0e-3")]
    [InlineData("-120", "-12e1", "-120.00", "-0.12e3")]
    [InlineData("123456789012345678901234567890.5", "12345678901234567890123456789.05e1", "1234567890123456789012345678905e-1")]
    public void TryDigest_OneDecimal_OneDigest(params string[] spellings) =>
        Assert.Single(spellings.Select(number => Digests.With($"\"seed\":{number}")).Distinct());

    [Fact]
    public void TryDigest_DecimalsThatAreNoDoubles_StayApart() =>
        Assert.NotEqual(Digests.With("\"seed\":9007199254740993"), Digests.With("\"seed\":9007199254740992"));

    [Theory]
    [InlineData("\"seed\":1,\"seed\":2")]
    [InlineData("\"messages\":[{\"role\":\"a\",\"r\\u006fle\":\"b\"}]")]
    [InlineData("\"tools\":[{\"a\":{\"b\":1,\"b\":1}}]")]
    [InlineData("\"metadata\":{\"a\":1,\"a\":1}")]
    [InlineData("\"stream_options\":{\"a\":{\"b\":1,\"b\":2}}")]
    [InlineData("\"messages\":[{\"content\":\"\\ud800\"}]")]
    [InlineData("\"messages\":[{\"\\udc00\":1}]")]
    [InlineData("\"seed\":1e1234567890123456")]
    public void TryDigest_NoCanonicalForm_Refused(string member)
    {
        // The scanner itself refuses doubled members that it reads.
        string body = member.StartsWith("\"seed\":1,", StringComparison.Ordinal) ? """{"model":"m","x":1,"x":2}""" : $$"""{"model":"m",{{member}}}""";
        Assert.Null(Digests.Of(body));
    }

    [Fact]
    public void TryDigest_ExponentAtItsLimit_IsRead() => Assert.NotNull(Digests.With("\"seed\":1e00" + new string('9', CanonicalNumberLimit)));

    [Fact]
    public void TryDigest_AnotherPreamble_AnotherDigest() =>
        Assert.NotEqual(Digests.Of("""{"model":"m"}""", preamble: "a"), Digests.Of("""{"model":"m"}""", preamble: "b"));

    [Theory]
    [InlineData(CanonicalMembers.Few - 1)]
    [InlineData(CanonicalMembers.Few)]
    [InlineData(CanonicalMembers.Few + 1)]
    [InlineData(5000)]
    public void TryDigest_ManyMembers_AreSortedAndCompared(int count)
    {
        string[] members = [.. Enumerable.Range(0, count).Select(i => $"\"k{i}\":{i}")];
        string forward = Digests.With($$"""
            "logit_bias":{{{string.Join(',', members)}}}
            """)!;
        string backward = Digests.With($$"""
            "logit_bias":{{{string.Join(',', members.Reverse())}}}
            """)!;

        Assert.Equal(forward, backward);
        Assert.Null(Digests.With($$"""
            "tools":[{{{string.Join(',', members)}},"k7":0}]
            """));
    }

    [Fact]
    public void TryDigest_ResponsesInput_IsReadAsMessages()
    {
        string one = """{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"a"}]}]}""";
        string other = """{"model":"m","input":[{"content":[{"text":"a","type":"input_text"}],"role":"user"}]}""";

        Assert.Equal(Digests.Of(one, Endpoint.Responses), Digests.Of(other, Endpoint.Responses));
    }

    [Fact]
    public void TryDigest_Always_GivesBackWhatItRented()
    {
        long before = RentedBuffers.Pool.Outstanding;
        for (int i = 0; i < 100; i++)
        {
            Digests.Of("""{"model":"m","messages":[{"role":"user","content":"hi"}]}""");
            Digests.Of("""{"model":"m","x":1,"x":1}""");
        }

        Assert.True(RentedBuffers.Pool.Outstanding - before < 100, "A buffer is lost with every digest.");
    }

    private const int CanonicalNumberLimit = 15;
}
