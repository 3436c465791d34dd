using Gateway.Admission;

namespace Gateway.Tests.Admission;

public sealed class GlobTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "meta/llama", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("?", "", false)]
    [InlineData("?", "a", true)]
    [InlineData("meta/*", "meta/llama-3.1-8b", true)]
    [InlineData("meta/*", "meta/", true)]
    [InlineData("meta/*", "meta", false)]
    [InlineData("meta/*", "xmeta/llama", false)]
    [InlineData("meta/*", "META/llama", false)]
    [InlineData("*-8b", "meta/llama-8b-8b", true)]
    [InlineData("*-8b", "meta/llama-8b-70b", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbYbZ", false)]
    [InlineData("gpt-4?", "gpt-4o", true)]
    [InlineData("gpt-4?", "gpt-4", false)]
    [InlineData("gpt-4?", "gpt-4o-mini", false)]
    [InlineData("gpt.4o", "gpt-4o", false)]
    [InlineData("[a-z]", "a", false)]
    [InlineData("**", "a/b", true)]
    public void Matches_Pattern_IsAboutTheWholeText(string pattern, string text, bool expected) => Assert.Equal(expected, Glob.Matches(pattern, text));

    [Fact]
    public void Matches_RandomPatterns_AgreesWithTheNaiveOne()
    {
        Random random = new(7);
        int matched = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string pattern = Some(random, "ab*?"), text = Some(random, "ab");
            bool expected = Naive(pattern, text);
            Assert.True(expected == Glob.Matches(pattern, text), $"{pattern} {text}");
            matched += expected ? 1 : 0;
        }

        Assert.InRange(matched, 500, 19_500);
    }

    /// <summary>A pattern that makes a backtracking matcher exponential.</summary>
    [Fact]
    public void Matches_ManyStars_Ends() => Assert.False(Glob.Matches(string.Concat(Enumerable.Repeat("a*", 200)) + "b", new string('a', 10_000)));

    private static string Some(Random random, string characters) => string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => characters[random.Next(characters.Length)]));

    private static bool Naive(string pattern, string text) => pattern switch
    {
        "" => text.Length == 0,
        ['*', ..] => Naive(pattern[1..], text) || (text.Length > 0 && Naive(pattern, text[1..])),
        _ => text.Length > 0 && (pattern[0] == '?' || pattern[0] == text[0]) && Naive(pattern[1..], text[1..]),
    };
}
