using Gateway.Caching.Store;

namespace Gateway.Tests.Caching.Store;

public sealed class PurgeFieldTests
{
    private static readonly string?[] Texts = [null, "", "a", "all", "floor", "last", "-", "+", "1:a+", "model:tag", "größe 🦊", "a+b-c"];

    [Fact]
    public void TryParse_WhatOfMade_IsTheSameAndNoTwoFiltersShareAName()
    {
        HashSet<string> names = [PurgeField.Floor, PurgeField.Last];
        foreach (string? model in Texts)
        {
            foreach (string? key in Texts)
            {
                PurgeFilter filter = new(model, key);
                string name = PurgeField.Of(filter);

                Assert.True(names.Add(name), name);
                Assert.True(PurgeField.TryParse(name, out PurgeFilter read), name);
                Assert.Equal(filter, read);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("--")]
    [InlineData("floor")]
    [InlineData("last")]
    [InlineData("1:a")]
    [InlineData("1:a-x")]
    [InlineData("2:a-")]
    [InlineData("-1:a-")]
    [InlineData("99999999999:a-")]
    [InlineData("2147483647:a-")]
    [InlineData("x:a-")]
    public void TryParse_Foreign_IsNone(string name) => Assert.False(PurgeField.TryParse(name, out _));
}
