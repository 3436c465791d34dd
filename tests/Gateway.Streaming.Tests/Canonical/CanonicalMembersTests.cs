namespace Gateway.Streaming.Tests.Canonical;

/// <summary>Objects of any size: small ones are sorted in another way than large ones.</summary>
public sealed class CanonicalMembersTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(1000)]
    public void TryDigest_MembersInAnyOrder_OneDigest(int count)
    {
        string[] members = [.. Enumerable.Range(0, count).Select(i => $"\"{i}\":{i}")];
        string[] shuffled = [.. members];
        new Random(count).Shuffle(shuffled);
        Array.Reverse(members);

        Assert.NotNull(Settings(members));
        Assert.Equal(Settings(members), Settings(shuffled));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(1000)]
    public void TryDigest_OneMemberTwice_Refused(int count)
    {
        string[] members = [.. Enumerable.Range(0, count).Select(i => $"\"{i % (count - 1)}\":1")];
        new Random(count).Shuffle(members);

        Assert.Null(Settings(members));
        Assert.Null(Digests.With($"\"tools\":[{{{string.Join(',', members)}}}]"));
    }

    private static string? Settings(string[] members) => Digests.With($"\"logit_bias\":{{{string.Join(',', members)}}}");
}
