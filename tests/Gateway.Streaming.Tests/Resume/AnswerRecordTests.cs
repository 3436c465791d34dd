using System.Text;
using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Tests.Resume;

public sealed class AnswerRecordTests
{
    [Theory]
    [InlineData("\"logprobs\":{\"content\":[{\"token\":\"a\"}]}", ResumeObstacle.UnknownContent)]
    [InlineData("\"delta\":{\"audio\":{\"data\":\"x\"}}", ResumeObstacle.UnknownContent)]
    [InlineData("\"delta\":{\"function_call\":{\"name\":\"f\"}}", ResumeObstacle.UnknownContent)]
    [InlineData("\"delta\":{\"content\":[{\"type\":\"text\"}]}", ResumeObstacle.UnknownContent)]
    [InlineData("\"delta\":{\"tool_calls\":[{\"index\":0,\"custom\":{\"name\":\"f\"}}]}", ResumeObstacle.UnknownContent)]
    [InlineData("\"message\":{\"content\":\"x\"}", ResumeObstacle.UnknownContent)]
    [InlineData("\"token_ids\":[1]", ResumeObstacle.UnknownContent)]
    [InlineData("\"delta\":{\"content\":\"\\ud83d\"}", ResumeObstacle.HalfCharacter)]
    [InlineData("\"index\":3,\"delta\":{\"content\":\"x\"}", ResumeObstacle.TooMuch)]
    [InlineData("\"index\":-1,\"delta\":{\"content\":\"x\"}", ResumeObstacle.TooMuch)]
    [InlineData("\"logprobs\":null,\"delta\":{\"audio\":null,\"function_call\":{},\"tool_calls\":[],\"content\":\"a\"},\"stop_reason\":7", ResumeObstacle.None)]
    [InlineData("\"delta\":{\"content\":\"a\",\"refusal\":\"b\",\"reasoning\":\"c\",\"reasoning_content\":\"d\"},\"index\":2", ResumeObstacle.None)]
    public void Add_Choice_MayBeResumedOrSaysWhyNot(string choice, ResumeObstacle expected)
    {
        using AnswerRecord record = new(Endpoint.ChatCompletions, 3);
        Add(record, $"data: {{\"choices\":[{{{choice}}}]}}\n\n");

        Assert.Equal(expected, record.Obstacle);
        Assert.Equal(expected == ResumeObstacle.None, record.MayResume);
    }

    [Fact]
    public void Add_HalfAUtf8Sequence_IsAnObstacle()
    {
        using AnswerRecord record = new(Endpoint.ChatCompletions, 1);
        record.Add([.. "data: {\"choices\":[{\"delta\":{\"content\":\""u8, 0xC3, .. "\"}}]}\n\n"u8]);

        Assert.Equal(ResumeObstacle.HalfCharacter, record.Obstacle);
    }

    [Theory]
    [InlineData("event: tool_call_dispatch\ndata: {}\n\n", ResumeObstacle.UnknownContent)]
    [InlineData("event: request_id\n: \"7f\"\n\n", ResumeObstacle.None)]
    [InlineData("event: message\ndata: {}\n\n", ResumeObstacle.None)]
    [InlineData(": note\n\ndata: [DONE]\n\n", ResumeObstacle.None)]
    public void Add_Event_MayBeResumedOrSaysWhyNot(string block, ResumeObstacle expected)
    {
        using AnswerRecord record = new(Endpoint.ChatCompletions, 1);
        Add(record, block);

        Assert.Equal(expected, record.Obstacle);
    }

    [Theory]
    [InlineData(Endpoint.ChatCompletions, true)]
    [InlineData(Endpoint.Completions, true)]
    [InlineData(Endpoint.Messages, false)]
    [InlineData(Endpoint.Responses, false)]
    [InlineData(Endpoint.Embeddings, false)]
    public void Supports_Endpoint_OnlyThoseWithPlainChunks(Endpoint endpoint, bool expected)
    {
        using AnswerRecord record = new(endpoint, 1);

        Assert.Equal(expected, AnswerRecord.Supports(endpoint));
        Assert.Equal(expected ? ResumeObstacle.None : ResumeObstacle.Endpoint, record.Obstacle);
    }

    [Theory]
    [InlineData(RecordedChoices.MaxChannels - 1, ResumeObstacle.None)]
    [InlineData(RecordedChoices.MaxChannels, ResumeObstacle.None)]
    [InlineData(RecordedChoices.MaxChannels + 1, ResumeObstacle.TooMuch)]
    public void Add_ChoicesAndCallsAroundTheLimit_AreRecordedUpToIt(int channels, ResumeObstacle expected)
    {
        using AnswerRecord record = new(Endpoint.ChatCompletions, 1);
        for (int call = 0; call < channels - 1; call++)
            Add(record, $"data: {{\"choices\":[{{\"delta\":{{\"tool_calls\":[{{\"index\":{call},\"id\":\"c\"}}]}}}}]}}\n\n");

        Assert.Equal(expected, record.Obstacle);
    }

    [Theory]
    [InlineData(AnswerRecord.MaxId - 1, ResumeObstacle.None)]
    [InlineData(AnswerRecord.MaxId, ResumeObstacle.None)]
    [InlineData(AnswerRecord.MaxId + 1, ResumeObstacle.TooMuch)]
    public void Add_IdAroundTheLimit_IsKeptUpToIt(int length, ResumeObstacle expected)
    {
        using AnswerRecord record = new(Endpoint.ChatCompletions, 1);
        Add(record, $"data: {{\"id\":\"{new string('i', length)}\",\"choices\":[]}}\n\n");

        Assert.Equal(expected, record.Obstacle);
    }

    [Theory]
    [InlineData(ChunkParts.MaxParts - 1, true)]
    [InlineData(ChunkParts.MaxParts, false)]
    [InlineData(ChunkParts.MaxParts + 1, false)]
    public void TryRead_PartsAroundTheLimit_AreReadBelowIt(int parts, bool expected)
    {
        string choices = string.Join(',', Enumerable.Repeat("{}", parts - 1));

        Assert.Equal(expected, new ChunkParts().TryRead(Encoding.UTF8.GetBytes($"{{\"choices\":[{choices}]}}")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{} x")]
    [InlineData("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"\\ud83dabc\":1}]}}]}")]
    [InlineData("{\"choices\":[{\"delta\":{\"con")]
    public void TryRead_NoChunk_IsFalseAndNeverThrows(string json) => Assert.False(new ChunkParts().TryRead(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Add_ManyChunks_HashesTheTextWhateverTheChunksLookLike()
    {
        using AnswerRecord record = new(Endpoint.ChatCompletions, 1);
        StringBuilder text = new();
        for (int i = 0; i < 1_000; i++)
        {
            text.Append(i % 3 == 0 ? "é" : $"{i}\n");
            string written = i % 3 == 0 ? i % 2 == 0 ? "é" : "\\u00e9" : $"{i}\\n";
            Add(record, $"data: {{\"id\":\"{i / 100}\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{written}\"}}}}]}}\n\n");
        }

        TextHash hash = record.Choices[0].TextOf(PartKind.Content)!;
        Assert.Equal(TextDigest.Of(Encoding.UTF8.GetBytes(text.ToString())), hash.Digest());
        Assert.Equal("0"u8.ToArray(), record.Id);
    }

    private static void Add(AnswerRecord record, string blocks) => record.Add(Encoding.UTF8.GetBytes(blocks));
}
