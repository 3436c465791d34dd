using System.Text;
using Gateway.Streaming.Answers;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sse;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Answers;

public sealed class AnswerStreamerTests
{
    [Fact]
    public void Stream_ChatAnswer_ChunksInOrder()
    {
        const string whole = """
            {"id":"chatcmpl-7","object":"chat.completion","created":5,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","reasoning":"r"},"logprobs":{"content":[1,2],"refusal":null},"finish_reason":"stop"}],"nvext":1,"usage":{"total_tokens":1.0}}
            """;
        const string head = "data: {\"id\":\"chatcmpl-7\",\"created\":5,\"model\":\"m\",\"object\":\"chat.completion.chunk\",\"choices\":[";

        Assert.Equal(
            head + "{\"index\":0,\"delta\":{\"role\":\"assistant\"},\"finish_reason\":null}]}\n\n"
            + head + "{\"index\":0,\"delta\":{\"reasoning\":\"r\"},\"finish_reason\":null}]}\n\n"
            + head + "{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"logprobs\":{\"content\":[1,2],\"refusal\":null},\"finish_reason\":null}]}\n\n"
            + head + "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"nvext\":1}\n\n"
            + head + "],\"usage\":{\"total_tokens\":1.0}}\n\n"
            + "data: [DONE]\n\n",
            Convert.Stream(Endpoint.ChatCompletions, whole));
    }

    [Fact]
    public void Stream_LongText_PiecesOfWholeCharacters()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            string text = new RandomWhole(new Random(seed)).Text(100);
            string whole = $$"""{"choices":[{"message":{"content":"{{text}}"},"finish_reason":"stop"}]}""";

            foreach (System.Text.Json.Nodes.JsonObject chunk in NaiveAnswers.EventsOf(Convert.Stream(Endpoint.ChatCompletions, whole)!))
            {
                // Half a surrogate pair throws here.
                string piece = chunk["choices"]![0]!["delta"]!["content"]?.GetValue<string>() ?? "";
                Assert.True(piece.Length <= TextPieces.Target + 1);
                Assert.DoesNotContain('\uFFFD', piece);
            }
        }
    }

    [Theory]
    [InlineData("""{"error":{"message":"x"},"choices":[{"message":{},"finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[{"message":{"content":"x"},"finish_reason":null}]}""")]
    [InlineData("""{"choices":[{"message":{"content":[]},"finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[{"message":{"audio":{"id":"a"}},"finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[{"text":"x","finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]} x""")]
    [InlineData("""[]""")]
    public void Stream_NoCompleteChatAnswer_Refused(string whole) => Assert.Null(Convert.Stream(Endpoint.ChatCompletions, whole));

    [Theory]
    [InlineData("""{"status":"failed","output":[]}""")]
    [InlineData("""{"status":"completed","output":[],"error":{"code":"x"}}""")]
    [InlineData("""{"status":"completed"}""")]
    public void Stream_NoCompleteResponse_Refused(string whole) => Assert.Null(Convert.Stream(Endpoint.Responses, whole));

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void Stream_AsLongAsAllowed_Streamed(int over, bool isStreamed)
    {
        foreach (Endpoint endpoint in (Endpoint[])[Endpoint.ChatCompletions, Endpoint.Completions, Endpoint.Messages, Endpoint.Responses])
        {
            string whole = new RandomWhole(new Random(1)).Of(endpoint);
            int length = Encoding.UTF8.GetByteCount(Convert.Stream(endpoint, whole)!);

            Assert.Equal(isStreamed, Convert.Stream(endpoint, whole, length + over) is not null);
        }
    }

    [Fact]
    public void Stream_LongIdAndLongText_StopsSoonAfterTheLimit()
    {
        string whole = $$"""{"id":"{{new string('i', 100_000)}}","choices":[{"message":{"content":"{{new string('x', 1_000_000)}}"},"finish_reason":"stop"}]}""";

        Assert.Null(Convert.Stream(Endpoint.ChatCompletions, whole, 1 << 20));
    }

    [Theory]
    [InlineData(Endpoint.ChatCompletions)]
    [InlineData(Endpoint.Completions)]
    [InlineData(Endpoint.Messages)]
    [InlineData(Endpoint.Responses)]
    public void Stream_UnderTheRelaysRules_CompleteAndWithoutUsageChunk(Endpoint endpoint)
    {
        for (int seed = 0; seed < 100; seed++)
        {
            byte[] stream = Encoding.UTF8.GetBytes(Convert.Stream(endpoint, new RandomWhole(new Random(seed)).Of(endpoint))!);
            int choices = endpoint <= Endpoint.Completions ? NaiveAnswers.Chat(Encoding.UTF8.GetString(stream))["choices"]!.AsArray().Count : 1;
            StreamRules rules = StreamRules.For(endpoint, choices, removeUsageChunk: true);
            List<EventVerdict> verdicts = VerdictsOf(stream, rules);
            bool isChat = endpoint <= Endpoint.Completions;

            Assert.True(rules.IsComplete);
            Assert.DoesNotContain(EventVerdict.Malformed, verdicts);
            Assert.DoesNotContain(EventVerdict.Error, verdicts);
            Assert.Equal(isChat && rules.Usage is not null ? 1 : 0, verdicts.Count(verdict => verdict == EventVerdict.Drop));
            Assert.Equal(isChat, verdicts[^1] == EventVerdict.Done);
        }
    }

    private static List<EventVerdict> VerdictsOf(ReadOnlySpan<byte> stream, StreamRules rules)
    {
        List<EventVerdict> verdicts = [];
        SseFramer framer = new(SseLimits.Default);
        while (framer.TryRead(stream, out SseFrame frame) == FrameStatus.Done)
        {
            verdicts.Add(rules.Inspect(frame));
            stream = stream[frame.Raw.Length..];
        }

        rules.Release();
        return verdicts;
    }
}
