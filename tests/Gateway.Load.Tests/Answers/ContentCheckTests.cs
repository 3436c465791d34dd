using Gateway.Load.Answers;

namespace Gateway.Load.Tests.Answers;

public sealed class ContentCheckTests
{
    private const string Expected = "one two three four five";

    [Theory]
    [InlineData("one| two| three| four| five", 0, 0, 0, 0)]
    [InlineData("one two| three four five", 0, 0, 0, 0)]
    [InlineData("one| three| four| five", 1, 0, 0, 0)]
    [InlineData("one| two| two| three| four| five", 0, 1, 0, 0)]
    [InlineData("one| three| two| four| five", 0, 0, 1, 0)]
    [InlineData("one| two| thrEE| four| five", 0, 0, 0, 1)]
    [InlineData("one| two| three", 1, 0, 0, 0)]
    [InlineData("one| two| three| four| five| six", 0, 0, 0, 1)]
    [InlineData("one| two| three| two| three| four| five", 0, 2, 0, 0)]
    [InlineData("one| two| three| four| five| three| four| five", 0, 3, 0, 0)]
    [InlineData("one| two| thr| four| five", 1, 0, 0, 0)]
    [InlineData("one| two| th| four| five", 1, 0, 0, 0)]
    [InlineData("one| two| xy| four| five", 0, 0, 0, 1)]
    [InlineData("one| two| three times| four| five", 0, 0, 0, 1)]
    [InlineData("one| two| and| three| four| five", 0, 0, 0, 1)]
    [InlineData("one| two| three| four| fi", 1, 0, 0, 0)]
    [InlineData("x| two| three| four| five", 0, 0, 0, 1)]
    [InlineData("one| five", 1, 0, 0, 0)]
    [InlineData("x| two| three", 1, 0, 0, 1)]
    public void Compare_Chunks_CountsWhatHappenedToThem(string chunks, int lost, int doubled, int reordered, int altered) =>
        Assert.Equal(new ContentDifference(lost, doubled, reordered, altered), ContentCheck.Compare(chunks.Split('|'), Expected, whole: true));

    [Fact]
    public void Compare_CutAnswer_ItsMissingEndIsNoLoss() =>
        Assert.Equal(default, ContentCheck.Compare(["one", " two"], Expected, whole: false));
}
