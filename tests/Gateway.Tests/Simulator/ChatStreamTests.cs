using System.Text.Json;

namespace Gateway.Tests.Simulator;

public sealed class ChatStreamTests
{
    [Fact]
    public async Task ChatStream_Plain_HasDynamoChunkShape()
    {
        await using Replica replica = await Replica.StartAsync();
        string[] events = await replica.EventsAsync(Replica.ChatBody(more: ",\"stream\":true,\"max_tokens\":2"));

        Assert.Equal(5, events.Length);
        string id = JsonElement.Parse(events[0][6..]).GetProperty("id").GetString()!;
        Assert.Matches("^chatcmpl-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id);
        string created = JsonElement.Parse(events[0][6..]).GetProperty("created").GetRawText();
        string stamp = $"\"created\":{created},\"model\":\"{Replica.Model}\",\"service_tier\":null,\"system_fingerprint\":null,\"object\":\"chat.completion.chunk\",\"usage\":null}}";
        Assert.Equal($"data: {{\"id\":\"{id}\",\"choices\":[{{\"index\":0,\"delta\":{{\"role\":\"assistant\"}},\"finish_reason\":null,\"logprobs\":null}}],{stamp}", events[0]);
        Assert.StartsWith($"data: {{\"id\":\"{id}\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"", events[1], StringComparison.Ordinal);
        Assert.EndsWith($"\"}},\"finish_reason\":null,\"logprobs\":null}}],{stamp}", events[1], StringComparison.Ordinal);
        Assert.Equal($"data: {{\"id\":\"{id}\",\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"length\",\"logprobs\":null}}],{stamp}", events[3]);
        Assert.Equal("data: [DONE]", events[4]);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(",\"stream_options\":{\"include_usage\":false}", 0)]
    [InlineData(",\"stream_options\":{\"include_usage\":true}", 1)]
    [InlineData(",\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true}", 6)]
    public async Task ChatStream_Usage_OnlyOnRequest(string options, int withUsage)
    {
        await using Replica replica = await Replica.StartAsync();
        JsonElement[] chunks = await replica.ChunksAsync(Replica.ChatBody(more: $",\"stream\":true,\"max_tokens\":4{options}"));

        JsonElement[] usages = [.. chunks.Select(static chunk => chunk.GetProperty("usage")).Where(static usage => usage.ValueKind == JsonValueKind.Object)];
        Assert.Equal(withUsage, usages.Length);
        if (withUsage > 0)
        {
            Assert.Empty(chunks[^1].GetProperty("choices").EnumerateArray());
            Assert.Equal(4, usages[^1].GetProperty("completion_tokens").GetInt32());
            Assert.Equal(usages[^1].GetProperty("prompt_tokens").GetInt32() + 4, usages[^1].GetProperty("total_tokens").GetInt32());
        }

        if (withUsage > 1)
        {
            Assert.Equal([1, 2, 3, 4, 4, 4], usages.Select(static usage => usage.GetProperty("completion_tokens").GetInt32()));
        }
    }

    [Theory]
    [InlineData("", 64, "stop")]
    [InlineData(",\"max_tokens\":3", 3, "length")]
    [InlineData(",\"max_completion_tokens\":5,\"max_tokens\":3", 5, "length")]
    [InlineData(",\"max_tokens\":1000", 64, "stop")]
    [InlineData(",\"max_tokens\":100,\"ignore_eos\":true", 100, "stop")]
    [InlineData(",\"min_tokens\":70", 70, "stop")]
    public async Task ChatStream_Limits_DecideLengthAndFinishReason(string limits, int tokens, string reason)
    {
        await using Replica replica = await Replica.StartAsync();
        JsonElement[] chunks = await replica.ChunksAsync(Replica.ChatBody(more: ",\"stream\":true" + limits));

        Assert.Equal(tokens, chunks.Count(static chunk => Delta(chunk).TryGetProperty("content", out _)));
        Assert.Equal(reason, chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task ChatStream_SeveralTokensPerChunk_FewerChunksSameText()
    {
        await using Replica one = await Replica.StartAsync();
        await using Replica five = await Replica.StartAsync(new() { TokensPerChunk = 5 });

        string[] single = Contents(await one.ChunksAsync(Replica.ChatBody()), 0);
        string[] merged = Contents(await five.ChunksAsync(Replica.ChatBody()), 0);

        Assert.Equal((64, 13), (single.Length, merged.Length));
        Assert.Equal(string.Concat(single), string.Concat(merged));
    }

    [Fact]
    public async Task ChatStream_ThreeChoices_EachHasItsOwnTextAndFinishReason()
    {
        await using Replica replica = await Replica.StartAsync();
        JsonElement[] chunks = await replica.ChunksAsync(Replica.ChatBody(more: ",\"stream\":true,\"n\":3,\"max_tokens\":8"));

        Assert.Equal(3, Enumerable.Range(0, 3).Select(choice => string.Concat(Contents(chunks, choice))).Distinct().Count());
        Assert.Equal([0, 1, 2], chunks.Where(static chunk => Choice(chunk).GetProperty("finish_reason").ValueKind == JsonValueKind.String)
            .Select(static chunk => Choice(chunk).GetProperty("index").GetInt32()));
        Assert.Single(chunks.Select(static chunk => chunk.GetProperty("id").GetString()).Distinct());
    }

    [Fact]
    public async Task ChatStream_RequestIds_AreEchoedAndBecomeTheResponseId()
    {
        await using Replica replica = await Replica.StartAsync(new() { Comments = true });
        const string Id = "0b0e7a52-3f0c-4a57-9a38-0d5d3a3e8a11";
        using var request = new HttpRequestMessage(HttpMethod.Post, Replica.Chat)
        {
            Content = Replica.Json(Replica.ChatBody(more: ",\"stream\":true,\"nvext\":{\"annotations\":[\"request_id\"],\"extra_fields\":[\"worker_id\",\"timing\"]}")),
        };
        request.Headers.Add("x-request-id", "abc 1");
        request.Headers.Add("request-id", Id);
        using HttpResponseMessage response = await replica.Client.SendAsync(request);
        string text = await Replica.ReadAsync(response);

        Assert.Equal("abc 1", response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith($"event: request_id\n: \"{Id}\"\n\ndata: {{\"id\":\"chatcmpl-{Id}\"", text, StringComparison.Ordinal);
        Assert.Contains("\n\n:\n\n", text, StringComparison.Ordinal);
        Assert.Contains("\"nvext\":{\"worker_id\":", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChatStream_Reasoning_ComesBeforeContent()
    {
        await using Replica replica = await Replica.StartAsync(new() { ReasoningTokens = 3 });
        JsonElement[] chunks = await replica.ChunksAsync(Replica.ChatBody(more: ",\"stream\":true,\"max_tokens\":5,\"stream_options\":{\"include_usage\":true}"));

        Assert.Equal(["role", "reasoning_content", "reasoning_content", "reasoning_content", "content", "content"],
            chunks.Take(6).Select(static chunk => Delta(chunk).EnumerateObject().Single().Name));
        Assert.Equal(3, chunks[^1].GetProperty("usage").GetProperty("completion_tokens_details").GetProperty("reasoning_tokens").GetInt32());
    }

    [Fact]
    public async Task ChatStream_ForcedTool_StreamsArgumentsThatAreJson()
    {
        await using Replica replica = await Replica.StartAsync();
        const string Tools = ",\"stream\":true,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"lookup\",\"parameters\":{\"name\":{}}}}],\"tool_choice\":\"required\"";
        JsonElement[] chunks = await replica.ChunksAsync(Replica.ChatBody(more: Tools));

        JsonElement[] calls = [.. chunks.Select(Delta).Where(static delta => delta.TryGetProperty("tool_calls", out _)).Select(static delta => delta.GetProperty("tool_calls")[0])];
        Assert.Equal("lookup", calls[0].GetProperty("function").GetProperty("name").GetString());
        string arguments = string.Concat(calls.Select(static call => call.GetProperty("function").GetProperty("arguments").GetString()));
        Assert.Equal("celsius", JsonElement.Parse(arguments).GetProperty("unit").GetString());
        Assert.Equal("tool_calls", Choice(chunks[^1]).GetProperty("finish_reason").GetString());
    }

    internal static string[] Contents(IEnumerable<JsonElement> chunks, int choice) =>
    [
        .. chunks.Where(static chunk => chunk.GetProperty("choices").GetArrayLength() > 0).Select(Choice)
            .Where(one => one.GetProperty("index").GetInt32() == choice && one.GetProperty("delta").TryGetProperty("content", out _))
            .Select(static one => one.GetProperty("delta").GetProperty("content").GetString()!),
    ];

    private static JsonElement Choice(JsonElement chunk) => chunk.GetProperty("choices")[0];

    private static JsonElement Delta(JsonElement chunk) =>
        chunk.GetProperty("choices").GetArrayLength() == 0 ? JsonElement.Parse("{}") : Choice(chunk).GetProperty("delta");
}
