using System.Text;
using Gateway.Load.Answers;

namespace Gateway.Load.Tests.Answers;

public sealed class AnswerReaderTests
{
    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":null}""", true)]
    [InlineData("""{"choices":[{"delta":{"reasoning_content":"a"}}]}""", true)]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{"}}]}}]}""", true)]
    [InlineData("""{"choices":[{"text":"a"}]}""", true)]
    [InlineData("""{"data":[{"embedding":[1]}]}""", true)]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"stop"}]}""", false)]
    public void TryRead_Chunk_KnowsContent(string json, bool expected)
    {
        Assert.True(new AnswerReader(true).TryRead(Encoding.UTF8.GetBytes(json), out bool hasContent));
        Assert.Equal(expected, hasContent);
    }

    [Fact]
    public void TryRead_WholeStream_KeepsTextFinishAndUsage()
    {
        AnswerReader answer = new(true);
        foreach (string json in (string[])
        [
            """{"choices":[{"delta":{"content":"a\n"}}]}""", """{"choices":[{"delta":{"content":"é"},"finish_reason":"stop"}]}""",
            """{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}""",
        ])
        {
            Assert.True(answer.TryRead(Encoding.UTF8.GetBytes(json), out _));
        }

        Assert.Equal("a\né", string.Concat(answer.Content!));
        Assert.True(answer.IsFinished);
        Assert.Equal((3, 2), (answer.Usage.Prompt, answer.Usage.Completion));
        Assert.False(answer.HasError);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"choices":[{"delta":{"content":"a"}}""")]
    [InlineData("{} {}")]
    public void TryRead_NoJsonObject_SaysSo(string json) => Assert.False(new AnswerReader(false).TryRead(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void TryRead_Error_IsSeen()
    {
        AnswerReader answer = new(false);
        Assert.True(answer.TryRead("""{"error":{"message":"m"}}"""u8, out _));
        Assert.True(answer.HasError);
    }
}
