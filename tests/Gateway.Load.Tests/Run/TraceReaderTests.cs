using Gateway.Load.Run;

namespace Gateway.Load.Tests.Run;

public sealed class TraceReaderTests
{
    [Fact]
    public void Read_UnsortedLines_AreInOrderFromTheFirst() => Assert.Equal(
        [new TraceEntry(0, null, null), new TraceEntry(0.5, null, 9), new TraceEntry(2, 10, 3), new TraceEntry(4.5, 20, null)],
        TraceReader.Read([
            "{\"timestamp\": 3000, \"input_length\": 10, \"output_length\": 3}", "{\"timestamp\": 1000}", "",
            "{\"timestamp\": 5500, \"input_length\": 20, \"hash_ids\": [1]}", "{\"timestamp\": 1500, \"output_length\": 9}",
        ]));

    [Theory]
    [InlineData("line 2", "{\"timestamp\": 1}", "{\"x\": 1}")]
    [InlineData("line 1", "[1]")]
    [InlineData("line 1", "{\"timestamp\": \"a\"}")]
    [InlineData("line 1", "{\"timestamp\": 1, \"input_length\": 1.5}")]
    [InlineData("no line", " ")]
    public void Read_Mistake_NamesTheLine(string expected, params string[] lines) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => TraceReader.Read(lines)).Message, StringComparison.Ordinal);
}
