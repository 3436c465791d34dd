using System.Text;
using Gateway.Streaming.Usage;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

public sealed class UnaryBodyTests
{
    [Fact]
    public void TryParse_AnObject_FindsItsUsage()
    {
        using UnaryBody body = Of("""{"id":"a","usage":{"prompt_tokens":5,"completion_tokens":7},"x":[]}""");

        Assert.True(body.TryParse());
        Assert.Equal(new TokenUsage(5, 7, 0, 0), body.Usage);
    }

    [Theory]
    [InlineData(127, true)]
    [InlineData(128, false)]
    public void TryParse_AsDeepAsServersWrite_IsAnAnswer(int levels, bool isAnswer)
    {
        using UnaryBody body = Of($$"""{"x":{{new string('[', levels)}}{{new string(']', levels)}}}""");

        Assert.Equal(isAnswer, body.TryParse());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("{}{}")]
    [InlineData("""{"usage":{"prompt_tokens":1}""")]
    public void TryParse_NoObject_IsRefused(string json)
    {
        using UnaryBody body = Of(json);

        Assert.False(body.TryParse());
    }

    /// <summary>Half of a surrogate pair is valid JSON, but no text: comparing it is what the reader throws at.</summary>
    [Theory]
    [InlineData("""{"\ud800\ud800":{}}""")]
    [InlineData("""{"usage":{"\ud800\ud800\ud800\ud800":1}}""")]
    public void TryParse_ANameThatIsNoText_IsRefused(string json)
    {
        using UnaryBody body = Of(json);

        Assert.False(body.TryParse());
    }

    private static UnaryBody Of(string json) => UnaryBody.Of(Encoding.UTF8.GetBytes(json));
}
