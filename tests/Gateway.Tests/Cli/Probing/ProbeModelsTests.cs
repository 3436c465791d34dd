using Gateway.Cli.Probing;

namespace Gateway.Tests.Cli.Probing;

public sealed class ProbeModelsTests
{
    [Theory]
    [InlineData("text-embedding-3-small,dall-e-3,gpt-4o-mini,gpt-4o", "gpt-4o-mini")]
    [InlineData("nvidia/nv-embedqa-e5-v5,meta/llama-3.1-8b-instruct", "meta/llama-3.1-8b-instruct")]
    [InlineData("bge-m3", "bge-m3")]
    [InlineData("", null)]
    public void Choose_FromAListing_TakesTheFirstThatLooksAsIfItChats(string ids, string? expected) =>
        Assert.Equal(expected, ProbeModels.Choose(ids.Split(',', StringSplitOptions.RemoveEmptyEntries)));
}
