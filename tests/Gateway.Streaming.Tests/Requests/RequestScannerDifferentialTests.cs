using System.Text.Json;
using Gateway.Streaming.Requests;

namespace Gateway.Streaming.Tests.Requests;

public sealed class RequestScannerDifferentialTests
{
    [Theory]
    [InlineData(Endpoint.ChatCompletions)]
    [InlineData(Endpoint.Completions)]
    [InlineData(Endpoint.Embeddings)]
    [InlineData(Endpoint.Responses)]
    [InlineData(Endpoint.Messages)]
    [InlineData(Endpoint.CountTokens)]
    [InlineData(Endpoint.Rerank)]
    [InlineData(Endpoint.Classify)]
    [InlineData(Endpoint.Speech)]
    [InlineData(Endpoint.Images)]
    public void Scan_RandomBodies_AgreesWithTheNaiveReference(Endpoint endpoint)
    {
        var random = new RandomJson(new Random(20261101 + (int)endpoint));
        var fields = new RequestFields();
        int accepted = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] body = random.Body(faults: true);
            var naive = new NaiveRequest(body, endpoint);

            ScanError? error = RequestScanner.Scan(body, endpoint, fields);

            Assert.Equal(naive.Error(), error?.Kind);
            if (error is not null)
                continue;
            accepted++;
            AssertSame(naive, fields, body);
        }
        Assert.InRange(accepted, 500, 2900);
    }

    private static void AssertSame(NaiveRequest naive, RequestFields fields, byte[] body)
    {
        Assert.Equal(JsonSerializer.Deserialize<string>(naive.Get("model")!), fields.Model);
        Assert.Equal(naive.Get("stream") == "true", fields.Stream);
        Assert.Equal(naive.Get("store") == "true", fields.Store);
        Assert.Equal(Integer(naive.Get("n")) ?? 1, fields.N);
        Assert.Equal(Integer(naive.Get("max_tokens")), fields.MaxTokens);
        Assert.Equal(Integer(naive.Get("max_completion_tokens")), fields.MaxCompletionTokens);
        Assert.Equal(Integer(naive.Get("max_output_tokens")), fields.MaxOutputTokens);
        Assert.Equal(naive.Get("user"), ValueOf(fields, body, RequestField.User));
        Assert.Equal(naive.Get("prompt_cache_key"), ValueOf(fields, body, RequestField.PromptCacheKey));
        Assert.Equal(IncludeUsage(naive.Get("stream_options")), fields.IncludeUsage);
        Assert.Equal(naive.Members.Count, fields.Members.Length);
        for (int i = 0; i < fields.Members.Length; i++)
        {
            BodyMember member = fields.Members[i];
            Assert.Equal(naive.Members[i].Value, System.Text.Encoding.UTF8.GetString(member.ValueIn(body)));
            Assert.True(member.IsNamed(body, System.Text.Encoding.UTF8.GetBytes(naive.Members[i].Key)));
            Assert.Equal(naive.Members[i].Key, JsonSerializer.Deserialize<string>(body.AsSpan(member.Start, member.NameEnd - member.Start)));
        }
    }

    private static long? Integer(string? json) => json is null ? null : (long)JsonSerializer.Deserialize<double>(json);

    private static string? ValueOf(RequestFields fields, byte[] body, RequestField field) =>
        fields.TryGet(field, out BodyMember member) ? System.Text.Encoding.UTF8.GetString(member.ValueIn(body)) : null;

    private static bool? IncludeUsage(string? json)
    {
        if (json is null || !JsonDocument.Parse(json).RootElement.TryGetProperty("include_usage", out JsonElement flag))
            return null;
        return flag.ValueKind == JsonValueKind.Null ? null : flag.GetBoolean();
    }
}
