using System.Text;
using System.Text.Json;
using Gateway.Simulator;

namespace Gateway.Tests.Simulator;

public sealed class SimulatedTextTests
{
    private static readonly SimulatorOptions Options = new() { Seed = 7, ReasoningTokens = 5, OutputTokens = 200 };

    [Theory]
    [InlineData("meta/llama-3.1-8b-instruct")]
    [InlineData("sim/tricky")]
    [InlineData("sim/escapes")]
    [InlineData("sim/tools")]
    [InlineData("sim/reasoning-9")]
    public async Task Chat_StreamAndUnary_SayWhatIsExpected(string model)
    {
        await using Replica replica = await Replica.StartAsync(Options);
        string streamBody = Replica.ChatBody(model, ",\"stream\":true,\"n\":2");
        IReadOnlyList<SimulatedAnswer> expected = Expect(Replica.Chat, streamBody);
        JsonElement[] chunks = await replica.ChunksAsync(streamBody);
        (_, string text) = await replica.TextAsync(Replica.ChatBody(model, ",\"n\":2"));
        JsonElement unary = JsonElement.Parse(text);

        for (int choice = 0; choice < 2; choice++)
        {
            JsonElement message = unary.GetProperty("choices")[choice].GetProperty("message");
            Assert.Equal(expected[choice].Content, Collect(chunks, choice, model == "sim/tools" ? "arguments" : "content"));
            Assert.Equal(expected[choice].Reasoning, Collect(chunks, choice, "reasoning_content"));
            Assert.Equal(expected[choice].Content, model == "sim/tools" ? message.GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString() : message.GetProperty("content").GetString());
            Assert.Equal(expected[choice].Reasoning, message.GetProperty("reasoning_content").GetString());
            Assert.Equal(expected[choice].FinishReason, unary.GetProperty("choices")[choice].GetProperty("finish_reason").GetString());
        }

        Assert.Equal(expected[0].CompletionTokens, unary.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(expected[0].PromptTokens, unary.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Completions_TwoPromptsTwoChoices_SayWhatIsExpected(bool stream)
    {
        await using Replica replica = await Replica.StartAsync(Options);
        string body = $"{{\"model\":\"{Replica.Model}\",\"prompt\":[\"a\",\"b\"],\"n\":2,\"stream\":{(stream ? "true" : "false")}}}";
        IReadOnlyList<SimulatedAnswer> expected = Expect("/v1/completions", body);
        (_, string text) = await replica.TextAsync(body, "/v1/completions");
        JsonElement[] parts = stream ? Replica.ParseChunks(text.Split("\n\n")) : [JsonElement.Parse(text)];

        Assert.Equal(4, expected.Count);
        Assert.Equal(expected.Select(static answer => answer.Content), Enumerable.Range(0, 4).Select(index => string.Concat(parts
            .SelectMany(static part => part.GetProperty("choices").EnumerateArray()).Where(choice => choice.GetProperty("index").GetInt32() == index)
            .Select(static choice => choice.GetProperty("text").GetString()))));
        Assert.All(parts, static part => Assert.Equal("text_completion", part.GetProperty("object").GetString()));
    }

    [Fact]
    public async Task Messages_Stream_HasAnthropicEventsAndDone()
    {
        await using Replica replica = await Replica.StartAsync(Options);
        string body = Replica.ChatBody(more: ",\"stream\":true,\"max_tokens\":9");
        string[] events = await replica.EventsAsync(body, "/v1/messages");
        SimulatedAnswer expected = Expect("/v1/messages", body).Single();

        Assert.Equal(
            ["message_start", "content_block_start", .. Deltas(5), "content_block_stop", "content_block_start", .. Deltas(4), "content_block_stop", "message_delta", "message_stop"],
            events[..^1].Select(static one => one.Split('\n')[0]["event: ".Length..]));
        Assert.Equal("data: [DONE]", events[^1]);
        JsonElement[] data = Replica.ParseChunks(events);
        Assert.Equal(expected.Content, string.Concat(data.Select(static one => one.TryGetProperty("delta", out JsonElement delta) && delta.TryGetProperty("text", out JsonElement text) ? text.GetString() : "")));
        Assert.Equal("max_tokens", data[^2].GetProperty("delta").GetProperty("stop_reason").GetString());
        Assert.Equal(9, data[^2].GetProperty("usage").GetProperty("output_tokens").GetInt32());
        (_, string unary) = await replica.TextAsync(Replica.ChatBody(more: ",\"max_tokens\":9"), "/v1/messages");
        Assert.Equal(expected.Content, JsonElement.Parse(unary).GetProperty("content")[1].GetProperty("text").GetString());

        static IEnumerable<string> Deltas(int count) => Enumerable.Repeat("content_block_delta", count);
    }

    [Fact]
    public async Task Responses_Stream_HasNamedEventsInSequenceAndDone()
    {
        await using Replica replica = await Replica.StartAsync(Options with { ReasoningTokens = 0 });
        string body = $"{{\"model\":\"{Replica.Model}\",\"input\":\"hello\",\"stream\":true}}";
        string[] events = await replica.EventsAsync(body, "/v1/responses");
        SimulatedAnswer expected = SimulatedText.Expect(replica.Options, "/v1/responses", Encoding.UTF8.GetBytes(body)).Single();

        JsonElement[] data = Replica.ParseChunks(events);
        Assert.Equal("data: [DONE]", events[^1]);
        Assert.Equal(Enumerable.Range(0, data.Length), data.Select(static one => one.GetProperty("sequence_number").GetInt32()));
        Assert.Equal(events[..^1].Select(static one => one.Split('\n')[0]["event: ".Length..]), data.Select(static one => one.GetProperty("type").GetString()));
        Assert.Equal(expected.Content, string.Concat(data.Where(static one => one.GetProperty("type").GetString() == "response.output_text.delta").Select(static one => one.GetProperty("delta").GetString())));
        JsonElement completed = data[^1].GetProperty("response");
        Assert.Equal(("response.completed", "completed"), (data[^1].GetProperty("type").GetString(), completed.GetProperty("status").GetString()));
        Assert.Equal(expected.Content, completed.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(200, completed.GetProperty("usage").GetProperty("output_tokens").GetInt32());
    }

    [Fact]
    public async Task Embeddings_NumbersAndBase64_AreTheSameVectors()
    {
        await using Replica replica = await Replica.StartAsync(Options);
        (_, string numbers) = await replica.TextAsync($"{{\"model\":\"{Replica.Model}\",\"input\":[\"a\",\"b\"],\"dimensions\":16}}", "/v1/embeddings");
        (_, string encoded) = await replica.TextAsync($"{{\"model\":\"{Replica.Model}\",\"input\":[\"a\",\"b\"],\"dimensions\":16,\"encoding_format\":\"base64\"}}", "/v1/embeddings");

        for (int input = 0; input < 2; input++)
        {
            float[] plain = [.. Vector(numbers, input).EnumerateArray().Select(static value => value.GetSingle())];
            byte[] bytes = Vector(encoded, input).GetBytesFromBase64();
            Assert.Equal(plain, Enumerable.Range(0, 16).Select(i => MathF.Round(BitConverter.ToSingle(bytes, i * 4), 6)), static (a, b) => Math.Abs(a - b) < 1e-5);
        }

        Assert.NotEqual(Vector(numbers, 0).GetRawText(), Vector(numbers, 1).GetRawText());

        static JsonElement Vector(string json, int input) => JsonElement.Parse(json).GetProperty("data")[input].GetProperty("embedding");
    }

    [Fact]
    public void Expect_SameMessages_SameTextWhateverElseTheBodySays()
    {
        string first = Expect(Replica.Chat, Replica.ChatBody()).Single().Content;

        Assert.Equal(first, Expect(Replica.Chat, " { \"messages\" : [ {\"role\":\"user\", \"content\" : \"Say something\"} ],\"temperature\":0.1,\"model\":\"x\"}").Single().Content);
        Assert.NotEqual(first, Expect(Replica.Chat, Replica.ChatBody().Replace("something", "nothing", StringComparison.Ordinal)).Single().Content);
        Assert.NotEqual(first, SimulatedText.Expect(Options with { Seed = 8 }, Replica.Chat, Encoding.UTF8.GetBytes(Replica.ChatBody())).Single().Content);
        Assert.StartsWith(Expect(Replica.Chat, Replica.ChatBody(more: ",\"max_tokens\":50")).Single().Content, first, StringComparison.Ordinal);
    }

    [Fact]
    public void Expect_LongAnswer_HoldsMultiByteCharactersAndEmoji()
    {
        string text = Expect(Replica.Chat, Replica.ChatBody(more: ",\"max_tokens\":2000,\"ignore_eos\":true")).Single().Content;

        Assert.All(["é", "東京", "🚀", "👩‍🚀", "\"", "\\", "\n"], part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Expect_RefusedBodyOrPath_Throws()
    {
        Assert.Throws<ArgumentException>(() => Expect(Replica.Chat, "{}"));
        Assert.Throws<ArgumentException>(() => Expect("/v1/embeddings", Replica.ChatBody()));
    }

    private static IReadOnlyList<SimulatedAnswer> Expect(string path, string body) => SimulatedText.Expect(Options, path, Encoding.UTF8.GetBytes(body));

    private static string Collect(IEnumerable<JsonElement> chunks, int choice, string field) => string.Concat(
        chunks.Select(static chunk => chunk.GetProperty("choices")[0]).Where(one => one.GetProperty("index").GetInt32() == choice).Select(one =>
        {
            JsonElement delta = one.GetProperty("delta");
            if (field == "arguments" && delta.TryGetProperty("tool_calls", out JsonElement calls))
            {
                delta = calls[0].GetProperty("function");
            }

            return delta.TryGetProperty(field, out JsonElement value) ? value.GetString() : "";
        }));
}
