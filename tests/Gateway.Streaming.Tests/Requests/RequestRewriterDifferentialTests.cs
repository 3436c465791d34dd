using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Streaming.Requests;

namespace Gateway.Streaming.Tests.Requests;

public sealed class RequestRewriterDifferentialTests
{
    private static readonly string[] Droppable = ["model", "stream_options", "max_tokens", "max_completion_tokens", "messages", "größe", "", "stream", "n", "nvext", "absent"];
    private static readonly string[] Rewritten = ["model", "stream_options", "max_tokens", "max_completion_tokens"];
    private static readonly string[] Models = ["meta/llama-3.1-70b-instruct", "x", "a\"b\\ü😀"];

    [Theory]
    [InlineData(Endpoint.ChatCompletions)]
    [InlineData(Endpoint.Completions)]
    [InlineData(Endpoint.Responses)]
    public void Rewrite_RandomOperationsInAnyOrder_AgreesWithTheNaiveReference(Endpoint endpoint)
    {
        var random = new Random(4711 + (int)endpoint);
        var bodies = new RandomJson(random);
        var fields = new RequestFields();
        var edits = new BodyEdits();
        for (int i = 0; i < 4000; i++)
        {
            byte[] body = bodies.Body(faults: false);
            Assert.Null(RequestScanner.Scan(body, endpoint, fields));
            var naive = new NaiveRequest(body, endpoint) { WasStream = fields.Stream };
            edits.Begin(fields);
            HashSet<string> dropped = [];
            for (int operation = random.Next(7); operation > 0; operation--)
                ApplyRandom(random, new RequestRewriter(body, edits), naive, dropped);

            ArrayBufferWriter<byte> writer = new();
            edits.WriteTo(body, writer);
            byte[] edited = writer.WrittenSpan.ToArray();

            Assert.Equal(edits.Length, edited.Length);
            AssertSameMembers(naive.Members, NaiveRequest.Split(edited));
            Assert.Equal(Untouched(body, dropped), Untouched(edited, dropped));
        }
    }

    private static void ApplyRandom(Random random, RequestRewriter rewriter, NaiveRequest naive, HashSet<string> dropped)
    {
        switch (random.Next(6))
        {
            case 0:
                string model = Models[random.Next(Models.Length)];
                rewriter.SetModel(model);
                naive.SetModel(model);
                break;
            case 1:
                rewriter.InjectIncludeUsage();
                naive.InjectIncludeUsage();
                break;
            case 2:
                rewriter.RenameMaxTokens(RequestField.MaxTokens);
                naive.RenameMaxTokens("max_tokens", "max_completion_tokens");
                break;
            case 3:
                rewriter.RenameMaxTokens(RequestField.MaxCompletionTokens);
                naive.RenameMaxTokens("max_completion_tokens", "max_tokens");
                break;
            case 4:
                rewriter.DropStreamOptions();
                naive.Drop("stream_options");
                break;
            default:
                string name = Droppable[random.Next(Droppable.Length)];
                dropped.Add(name);
                rewriter.DropField(Encoding.UTF8.GetBytes(name));
                naive.Drop(name);
                break;
        }
    }

    private static void AssertSameMembers(IReadOnlyList<KeyValuePair<string, string>> expected, List<KeyValuePair<string, string>> actual)
    {
        Assert.Equal(expected.Select(member => member.Key), actual.Select(member => member.Key));
        for (int i = 0; i < actual.Count; i++)
        {
            if (actual[i].Key is "model" or "stream_options")
                Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected[i].Value).RootElement, JsonDocument.Parse(actual[i].Value).RootElement));
            else
                Assert.Equal(expected[i].Value, actual[i].Value);
        }
    }

    /// <summary>The bytes of every member that no operation named, white space inside of it included.</summary>
    private static List<string> Untouched(byte[] body, HashSet<string> dropped)
    {
        var fields = new RequestFields();
        RequestScanner.Scan(body, Endpoint.Embeddings, fields); // an edited body may have lost its model; the members are there
        List<string> texts = [];
        foreach (BodyMember member in fields.Members)
        {
            string name = JsonSerializer.Deserialize<string>(body.AsSpan(member.Start, member.NameEnd - member.Start))!;
            if (!dropped.Contains(name) && !Rewritten.Contains(name))
                texts.Add(Encoding.UTF8.GetString(body, member.Start, member.End - member.Start));
        }
        return texts;
    }
}
