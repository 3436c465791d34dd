namespace Gateway.Streaming.Tests.Canonical;

public sealed class CanonicalPropertyTests
{
    [Fact]
    public void TryDigest_TwoSpellingsOfOneRequest_SameDigest()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            RequestSpeller speller = new(new Random(seed));
            object request = speller.NewRequest();
            string one = speller.Spell(request), other = speller.Spell(request);

            Assert.True(Digests.Of(one) is { } digest && digest == Digests.Of(other), $"seed {seed}\n{one}\n{other}");
        }
    }

    [Fact]
    public void TryDigest_ChangedRequest_AnotherDigest()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            RequestSpeller speller = new(new Random(seed));
            object request = speller.NewRequest();
            string one = speller.Spell(request), other = speller.Spell(speller.Change(request));

            Assert.True(Digests.Of(one) != Digests.Of(other), $"seed {seed}\n{one}\n{other}");
        }
    }
}
