using System.Text;
using System.Text.Json;
using Gateway.Streaming.Usage;

namespace Gateway.Streaming.Tests.Usage;

public sealed class UsageReaderTests
{
    [Theory]
    [InlineData("""{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":9},"completion_tokens_details":{"reasoning_tokens":5}}""", 1, 2, 4, 5)]
    [InlineData("""{"input_tokens":1,"output_tokens":2,"input_tokens_details":{"cached_tokens":4},"output_tokens_details":{"reasoning_tokens":5}}""", 1, 2, 4, 5)]
    [InlineData("""{"input_tokens":1,"output_tokens":2,"cache_read_input_tokens":4,"cache_creation_input_tokens":8}""", 1, 2, 4, 20)]
    [InlineData("""{"prompt_tokens":"1","completion_tokens":-2,"prompt_tokens_details":null,"completion_tokens_details":[{"reasoning_tokens":5}]}""", 17, 18, 19, 20)]
    [InlineData("""{"prompt_tokens":1.5,"completion_tokens":99999999999999999999,"prompt_tokens_details":{"cached_tokens":{"cached_tokens":1}}}""", 17, 18, 19, 20)]
    [InlineData("{}", 17, 18, 19, 20)]
    [InlineData("""{"nested":{"prompt_tokens":5},"prompt_t\u006fkens":6}""", 6, 18, 19, 20)]
    public void Read_AnyShape_KeepsWhatIsAbsent(string json, long prompt, long completion, long cached, long reasoning)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json));
        reader.Read();

        Assert.Equal(new TokenUsage(prompt, completion, cached, reasoning), UsageReader.Read(ref reader, new TokenUsage(17, 18, 19, 20)));
        Assert.Equal(JsonTokenType.EndObject, reader.TokenType);
        Assert.False(reader.Read());
    }
}
