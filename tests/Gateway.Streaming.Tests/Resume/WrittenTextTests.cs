using System.Text;
using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Tests.Resume;

public sealed class WrittenTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain é", "plain é")]
    [InlineData("\\u00e9\\n\\\"\\\\\\/", "é\n\"\\/")]
    [InlineData("a\\ud83d\\uDE00b", "a😀b")]
    public void TryDecode_WholeText_IsTheText(string written, string expected)
    {
        byte[] text = new byte[Encoding.UTF8.GetByteCount(written)];

        Assert.True(WrittenText.TryDecode(Encoding.UTF8.GetBytes(written), text, out int length));
        Assert.Equal(expected, Encoding.UTF8.GetString(text, 0, length));
    }

    [Theory]
    [InlineData("\\ud83d")]
    [InlineData("\\ude00\\ud83d")]
    [InlineData("a\\ud83dx")]
    public void TryDecode_HalfASurrogatePair_Fails(string written) =>
        Assert.False(WrittenText.TryDecode(Encoding.UTF8.GetBytes(written), new byte[written.Length], out _));

    [Theory]
    [InlineData("a\\u00e9b", 0, 0)]
    [InlineData("a\\u00e9b", 1, 1)]
    [InlineData("a\\u00e9b", 2, -1)]
    [InlineData("a\\u00e9b", 3, 7)]
    [InlineData("a\\u00e9b", 4, 8)]
    [InlineData("\\ud83d\\ude00x", 4, 12)]
    [InlineData("\\ud83d\\ude00x", 3, -1)]
    [InlineData("é\\n", 2, 2)]
    public void OffsetOf_DecodedLength_IsWhereTheRestIsWritten(string written, int decoded, int expected) =>
        Assert.Equal(expected, WrittenText.OffsetOf(Encoding.UTF8.GetBytes(written), decoded));
}
