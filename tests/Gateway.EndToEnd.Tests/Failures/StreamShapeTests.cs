using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Rows 9 to 11, 17 and 18 on every endpoint that streams, each with its own events, ends and errors.</summary>
public sealed class StreamShapeTests
{
    private const string Messages = "/v1/messages", Responses = "/v1/responses", Completions = "/v1/completions";

    private static readonly Dictionary<string, (string Request, string First, string Content, string Last)> Shapes = new()
    {
        [Chat.Path] = ("\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]", Chat.Role, Chat.Content("one"), Chat.Finish + Chat.Done),
        [Completions] = ("\"prompt\":\"hi\"", "", "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"text\":\"one\",\"finish_reason\":null}]}\n\n",
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":\"length\"}]}\n\n" + Chat.Done),
        [Messages] = ("\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]",
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n",
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"one\"}}\n\n",
            "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"),
        [Responses] = ("\"input\":\"hi\"",
            "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0}\n\n",
            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":1,\"delta\":\"one\"}\n\n",
            "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":2,\"response\":{\"status\":\"completed\"}}\n\n"),
    };

    public static TheoryData<string, string> Broken
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string path in Shapes.Keys)
            {
                foreach (string how in new[] { "cut", "end", "reset", "stall" })
                    data.Add(path, how);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Stream_BreaksAfterContent_EndsWithOneErrorInItsShape(string path, string how)
    {
        (_, string first, string content, _) = Shapes[path];
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", Options: "timeouts: { idle: 300ms }"), new StagedProvider("b"));
        // A reset throws away what the gateway has not read yet.
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        stage["a-1"].Does = async (connection, request) =>
        {
            await connection.WriteAsync(Chat.StreamHead + Play.Chunk(first + content));
            Func<UpstreamConnection, string, Task> then = how switch
            {
                "cut" => Play.BytesThenEnd(""),
                "end" => Play.Bytes(Chat.End),
                "stall" => Play.Silent,
                _ => Play.Reset,
            };
            await seen.Task;
            await then(connection, request);
        };
        using RawClient client = await PostAsync(stage, path);
        await client.ReadUntilAsync("one");
        seen.SetResult();
        RawResponse response = await client.ReadResponseAsync();

        Assert.Equal((200, "a"), (response.Status, response.Header("x-gateway-provider")));
        Assert.StartsWith(first + content, response.Body);
        AssertError(path, response.Body[(first + content).Length..], how == "stall" ? "idle_timeout" : "upstream_incomplete");
        Assert.DoesNotContain("[DONE]", response.Body);
        Assert.Equal(0, stage["b-1"].Count);
        JsonElement log = await stage.LogOfAsync(response);
        Assert.Equal((200, "incomplete"), (log.GetProperty("status").GetInt32(), log.GetProperty("outcome").GetString()));
        Assert.Equal(1, await stage.Gateway.MetricAsync("gateway_requests_total", "outcome=\"incomplete\"", "provider=\"a\""));
    }

    [Theory]
    [InlineData(Chat.Path, "data: {\"error\":{\"message\":\"it broke\",\"code\":\"E7\"}}\n\ndata: [DONE]\n\n")]
    [InlineData(Completions, "event: error\n: it broke\n\n")]
    [InlineData(Messages, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"it broke\"}}\n\n")]
    [InlineData(Responses, "event: error\ndata: {\"type\":\"error\",\"message\":\"it broke\",\"sequence_number\":2}\n\n")]
    public async Task Stream_SaysThatItFailed_OtherReplicaBeforeContentAndErrorAfterIt(string path, string error)
    {
        (_, string first, string content, string last) = Shapes[path];
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"), new StagedProvider("b"));
        stage["b-1"].Does = Play.Bytes(Chat.StreamHead + Play.Chunk(first + content + last) + Chat.End);
        stage["a-1"].Does = Play.Bytes(Chat.StreamHead + Play.Chunk(first + error) + Chat.End);
        RawResponse before = await AskAsync(stage, path);
        Assert.Equal((200, "b", first + content + last), (before.Status, before.Header("x-gateway-provider"), before.Body));

        stage["a-1"].Does = Play.Bytes(Chat.StreamHead + Play.Chunk(first + content + error) + Chat.End);
        RawResponse after = await AskAsync(stage, path);
        Assert.Equal((200, "a"), (after.Status, after.Header("x-gateway-provider")));
        Assert.StartsWith(first + content, after.Body);
        AssertError(path, after.Body[(first + content).Length..], path == Chat.Path ? "E7" : "upstream_failed");
        Assert.DoesNotContain("[DONE]", after.Body);
    }

    [Theory]
    [InlineData(Chat.Path)]
    [InlineData(Completions)]
    [InlineData(Messages)]
    [InlineData(Responses)]
    public async Task Stream_HasAllItsEvents_IsPassedByteForByte(string path)
    {
        (_, string first, string content, string last) = Shapes[path];
        const string Unknown = "event: vendor.thing\ndata: not json at all {\n\n";
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        stage["a-1"].Does = Play.Bytes(Chat.StreamHead + Play.Chunk(first + Unknown + content + Unknown + last) + Chat.End);
        RawResponse response = await AskAsync(stage, path);
        Assert.Equal(first + Unknown + content + Unknown + last, response.Body);
        Assert.Equal("ok", (await stage.LogOfAsync(response)).GetProperty("outcome").GetString());
        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_malformed_events_total"));
    }

    private static async Task<RawResponse> AskAsync(Stage stage, string path)
    {
        using RawClient client = await PostAsync(stage, path);
        return await client.ReadResponseAsync();
    }

    private static Task<RawClient> PostAsync(Stage stage, string path) =>
        RawClient.PostAsync(stage.Gateway.Address, path, $$"""{"model":"m","stream":true,{{Shapes[path].Request}}}""");

    private static void AssertError(string path, string text, string code)
    {
        string name = path is Messages or Responses ? "event: error\n" : "";
        Assert.StartsWith(name + "data: {", text);
        Assert.EndsWith("}\n\n", text);
        JsonElement data = JsonDocument.Parse(text[(name.Length + "data: ".Length)..]).RootElement;
        JsonElement error = data.GetProperty("error");
        Assert.NotEqual("", error.GetProperty("message").GetString());
        if (path == Messages)
            Assert.Equal(("error", code == "idle_timeout" ? "timeout_error" : "api_error"), (data.GetProperty("type").GetString(), error.GetProperty("type").GetString()));
        else
            Assert.Equal(code, error.GetProperty("code").GetString());
    }
}
