using Gateway.Models;

namespace Gateway.Tests.Models;

public sealed class NearMatchesTests
{
    private static readonly string[] Ids = ["meta/llama-3.1-70b", "meta/llama-3.1-8b", "gpt-4o", "mistral-large"];

    [Theory]
    [InlineData("llama-3.1-70b", "meta/llama-3.1-70b")]
    [InlineData("META/LLAMA-3.1-8B", "meta/llama-3.1-8b")]
    [InlineData("gpt-4", "gpt-4o")]
    [InlineData("mistral-lrage", "mistral-large")]
    public void Of_SlightlyWrong_TheRightOneComesFirst(string requested, string expected) => Assert.Equal(expected, NearMatches.Of(requested, Ids)[0]);

    [Fact]
    public void Of_NothingAlike_IsEmpty() => Assert.Empty(NearMatches.Of("completely-different-model-name", Ids));

    [Fact]
    public void Of_HugeName_IsBounded() => Assert.InRange(NearMatches.Of(new string('a', 1 << 20), Ids).Count, 0, 3);
}
