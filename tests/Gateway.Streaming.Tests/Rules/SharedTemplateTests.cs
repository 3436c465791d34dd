using Gateway.Streaming.Rules;

namespace Gateway.Streaming.Tests.Rules;

public sealed class SharedTemplateTests
{
    [Fact]
    public void IsPlain_AnyOtherByte_IsNot()
    {
        SharedTemplate shared = new();
        Assert.False(shared.IsPlain("{}"u8));
        shared.OfferPlain("{\"a\":1}"u8);

        Assert.True(shared.IsPlain("{\"a\":1}"u8));
        Assert.False(shared.IsPlain("{\"a\":2}"u8));
        Assert.False(shared.IsPlain("{\"a\":1} "u8));
        Assert.False(shared.IsPlain([]));
    }

    [Theory]
    [InlineData(2047, true)]
    [InlineData(2048, true)]
    [InlineData(2049, false)]
    public void OfferPlain_LengthAroundItsLimit_IsSharedUpToIt(int length, bool expected)
    {
        SharedTemplate shared = new();
        byte[] chunk = new byte[length];
        shared.OfferPlain(chunk);

        Assert.Equal(expected, shared.IsPlain(chunk));
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void OfferPlain_ChunksAroundTheirLimit_AreSharedUpToIt(int chunks, bool expected)
    {
        SharedTemplate shared = new();
        for (int i = 1; i <= chunks; i++)
            shared.OfferPlain([(byte)i]);

        Assert.Equal(expected, shared.IsPlain([(byte)chunks]));
    }
}
