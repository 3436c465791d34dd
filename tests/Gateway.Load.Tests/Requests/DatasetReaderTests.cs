using Gateway.Load.Requests;

namespace Gateway.Load.Tests.Requests;

public sealed class DatasetReaderTests
{
    [Fact]
    public void Read_KnownFields_AreDialogues()
    {
        List<Dialogue> dialogues = DatasetReader.Read(["{\"prompt\":\"a\",\"output_length\":7}", "", "{\"text_input\":\"b\"}", "{\"messages\":[{\"role\":\"user\",\"content\":\"c\"}]}"]);

        Assert.Equal(["a", "b"], dialogues.Take(2).Select(dialogue => dialogue.Text));
        Assert.Equal([7, null, null], dialogues.Select(dialogue => dialogue.OutputTokens));
        Assert.NotNull(dialogues[2].RawMessages);
    }

    [Theory]
    [InlineData("{\"prompt\":1}", "line 1 has neither")]
    [InlineData("{", "line 1 is no JSON")]
    [InlineData("[]", "line 1 is no JSON object")]
    [InlineData("", "no line")]
    public void Read_NoDialogue_NamesTheLine(string line, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => DatasetReader.Read([line])).Message, StringComparison.Ordinal);
}
