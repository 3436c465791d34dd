using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Streaming;
using Gateway.Streaming.Answers;
using Gateway.Tests.Simulator;
using TestKit.Streaming;

namespace Gateway.Tests.Caching;

/// <summary>
/// What the simulator streams is, put together, what it answers whole; and that whole, streamed again, is read as it was: every form its chunks can have, in
/// both directions, over HTTP.
/// </summary>
public sealed class SimulatedFormsTests
{
    private const string OnEveryChunk = ",\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true}";

    private static readonly string[] Texts = ["normal", "escapes", "tricky", "crlf", "comments", "dribble", "big-chunk-8", "usage-each", "usage-last", "no-usage", "no-done"];
    private static readonly string[] Channels = ["", "reasoning-3", "tools", "reasoning-3+tools"];
    private static readonly string[] ChatFields = ["", "\"n\":3", "\"max_tokens\":LIMIT", "\"nvext\":{\"extra_fields\":[\"worker_id\",\"timing\"],\"annotations\":[\"request_id\"]}", "\"n\":2" + OnEveryChunk];

    public static TheoryData<Endpoint, string> Forms()
    {
        TheoryData<Endpoint, string> forms = [];
        foreach (string text in Texts)
        {
            forms.Add(Endpoint.Completions, text);
            foreach (string channel in Channels)
            {
                foreach (Endpoint endpoint in new[] { Endpoint.ChatCompletions, Endpoint.Messages, Endpoint.Responses })
                    forms.Add(endpoint, channel.Length > 0 ? $"{text}+{channel}" : text);
            }
        }

        return forms;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Form_InBothDirections_IsOneAnswer(Endpoint endpoint, string form)
    {
        bool isChat = endpoint is Endpoint.ChatCompletions or Endpoint.Completions;
        string limit = endpoint == Endpoint.Responses ? "max_output_tokens" : "max_tokens";
        foreach (int tokens in new[] { 1, 3 })
        {
            await using Replica replica = await Replica.StartAsync(new() { OutputTokens = 10, TokensPerChunk = tokens, Comments = tokens > 1, RequestIdEvent = tokens > 1, TimeProvider = new SteppedTimeProvider() });
            replica.Client.DefaultRequestHeaders.Add("request-id", "11111111-2222-4333-8444-555555555555");
            foreach (string fields in isChat ? ChatFields : [$"\"{limit}\":100", $"\"{limit}\":LIMIT"])
            {
                string stream = await AskAsync(replica, endpoint, form, fields, isStream: true);
                string whole = await AskAsync(replica, endpoint, form, fields, isStream: false);
                if (form.Contains("no-done", StringComparison.Ordinal))
                    stream += "data: [DONE]\n\n";
                AssertOneAnswer(endpoint, stream, whole, hasUsage: !isChat || !form.Contains("no-usage", StringComparison.Ordinal));
            }
        }
    }

    private static async Task<string> AskAsync(Replica replica, Endpoint endpoint, string form, string fields, bool isStream)
    {
        (string path, string prompt) = endpoint switch
        {
            Endpoint.ChatCompletions => (Replica.Chat, "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]"),
            Endpoint.Completions => ("/v1/completions", "\"prompt\":[\"Hello\",\"you\"]"),
            Endpoint.Messages => ("/v1/messages", "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]"),
            _ => ("/v1/responses", "\"input\":\"Hello\""),
        };
        bool asksUsage = isStream && (endpoint is Endpoint.ChatCompletions or Endpoint.Completions) && !fields.Contains("stream_options", StringComparison.Ordinal);
        string more = (isStream ? ",\"stream\":true" : "") + (asksUsage ? ",\"stream_options\":{\"include_usage\":true}" : "");
        // Cut inside the content: the simulator's whole answer has an empty block where its stream has none.
        string cut = form.Contains("reasoning", StringComparison.Ordinal) ? "11" : "4";
        string given = (isStream ? fields : fields.Replace(OnEveryChunk, "", StringComparison.Ordinal)).Replace("LIMIT", cut, StringComparison.Ordinal);
        (int status, string body) = await replica.TextAsync($"{{\"model\":\"sim/{form}\",{prompt}{(given.Length > 0 ? "," : "")}{given}{more}}}", path);
        Assert.True(status == 200, body);
        return body;
    }

    private static void AssertOneAnswer(Endpoint endpoint, string stream, string whole, bool hasUsage)
    {
        string assembled = Assemble(endpoint, stream);
        Assert.Equal(Comparable(whole, hasUsage), Comparable(assembled, hasUsage));
        Assert.Equal(Read(endpoint, stream), Read(endpoint, StreamOf(endpoint, assembled)));

        string again = StreamOf(endpoint, whole);
        Assert.Equal(Comparable(whole, hasUsage: true), Comparable(Assemble(endpoint, again), hasUsage: true));
        Assert.Equal(endpoint == Endpoint.Responses ? JsonMeaning.Of(JsonNode.Parse(whole)!["output"]) : JsonMeaning.Of(whole), Read(endpoint, again));
    }

    private static string Comparable(string whole, bool hasUsage)
    {
        JsonObject answer = JsonNode.Parse(whole)!.AsObject();
        if (!hasUsage)
            answer.Remove("usage");
        return JsonMeaning.Of(answer);
    }

    /// <summary>What a client reads that knows nothing of our converters.</summary>
    private static string Read(Endpoint endpoint, string stream) => endpoint switch
    {
        Endpoint.Messages => JsonMeaning.Of(NaiveAnswers.Message(stream)),
        Endpoint.Responses => JsonMeaning.Of(NaiveAnswers.Response(stream).Final),
        _ => JsonMeaning.Of(NaiveAnswers.Chat(stream)),
    };

    private static string Assemble(Endpoint endpoint, string stream)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.True(AnswerAssembler.TryAssemble(endpoint, Encoding.UTF8.GetBytes(stream), output), stream);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string StreamOf(Endpoint endpoint, string whole)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.True(AnswerStreamer.TryStream(endpoint, Encoding.UTF8.GetBytes(whole), output), whole);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
