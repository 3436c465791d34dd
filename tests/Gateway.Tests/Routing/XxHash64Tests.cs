using System.Text;
using Gateway.Routing;

namespace Gateway.Tests.Routing;

public sealed class XxHash64Tests
{
    /// <summary>Vectors of the algorithm's own description.</summary>
    [Theory]
    [InlineData("", 0, 0xEF46DB3751D8E999)]
    [InlineData("a", 0, 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0, 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0, 0xFBCEA83C8A378BF1)]
    public void Hash_KnownText_IsTheKnownValue(string text, ulong seed, ulong expected) => Assert.Equal(expected, XxHash64.Hash(Encoding.ASCII.GetBytes(text), seed));

    [Fact]
    public void Hash_EveryLength_DependsOnEveryByteAndOnTheSeed()
    {
        HashSet<ulong> seen = [];
        for (int length = 0; length < 100; length++)
        {
            byte[] data = new byte[length];
            Assert.True(seen.Add(XxHash64.Hash(data)));
            Assert.True(seen.Add(XxHash64.Hash(data, seed: 1)));
            for (int i = 0; i < length; i++)
            {
                data[i] = 1;
                Assert.True(seen.Add(XxHash64.Hash(data)));
                data[i] = 0;
            }
        }
    }
}
