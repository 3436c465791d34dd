using Gateway.Load.Requests;
using Gateway.Load.Settings;

namespace Gateway.Load.Tests.Requests;

public sealed class DatasetReaderTests
{
    [Fact]
    public void Read_KnownFields_AreDialogues()
    {
        List<Dialogue> dialogues = DatasetReader.Read(["{\"prompt\":\"a\",\"output_length\":7}", "", "{\"text_input\":\"b\"}", "{\"messages\":[{\"role\":\"user\",\"content\":\"c\"}]}"], LoadApi.Chat);

        Assert.Equal(["a", "b"], dialogues.Take(2).Select(dialogue => dialogue.Text));
        Assert.Equal([7, null, null], dialogues.Select(dialogue => dialogue.OutputTokens));
        Assert.NotNull(dialogues[2].DatasetMessages);
    }

    [Theory]
    [InlineData("{\"prompt\":1}", "line 1 has neither")]
    [InlineData("{", "line 1 is no JSON")]
    [InlineData("[]", "line 1 is no JSON object")]
    [InlineData("", "no line")]
    [InlineData("{\"prompt\":\"a\",\"output_length\":\"x\"}", "line 1 has a 'output_length' that is no whole number")]
    [InlineData("{\"prompt\":\"a\",\"max_tokens\":1.5}", "line 1 has a 'max_tokens' that is no whole number")]
    [InlineData("{\"prompt\":\"a\",\"output_tokens\":0}", "line 1 has a 'output_tokens' that is no whole number")]
    [InlineData("{\"prompt\":\"\\ud800\"}", "line 1 has text that is no Unicode")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}", "line 1 has text that is no Unicode")]
    public void Read_NoDialogue_NamesTheLine(string line, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => DatasetReader.Read([line], LoadApi.Chat)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("completions")]
    [InlineData("embeddings")]
    public void Read_MessagesForAnApiWithoutThem_NamesTheLine(string api) => Assert.Contains(
        "line 1 has no 'prompt'",
        Assert.Throws<FormatException>(() => DatasetReader.Read(["{\"messages\":[{\"role\":\"user\",\"content\":\"c\"}]}"], SettingParse.Api(api))).Message,
        StringComparison.Ordinal);
}
