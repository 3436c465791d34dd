using System.Text.Json;
using Gateway.EndToEnd.Tests.Wire;

namespace Gateway.EndToEnd.Tests.Telemetry;

/// <summary>The access log of the running binary: one JSON object a line, with what happened.</summary>
public sealed class AccessLogTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Line_OfAUnaryAnswer_HasItsFields()
    {
        string body = Requests.Body("chat", $"dynamo/{GatewayFixture.Model}", stream: false);

        (RawAnswer answer, JsonElement line) = await SendAsync("unary-1", body, "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        Assert.Equal("POST", Text(line, "method"));
        Assert.Equal("/v1/chat/completions", Text(line, "path"));
        Assert.Equal("chat", Text(line, "endpoint"));
        Assert.Equal("default", Text(line, "router"));
        Assert.Equal($"dynamo/{GatewayFixture.Model}", Text(line, "model"));
        Assert.Equal(GatewayFixture.Model, Text(line, "upstream_model"));
        Assert.Equal("dynamo", Text(line, "provider"));
        Assert.Equal("dynamo-1", Text(line, "replica"));
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", Text(line, "trace_id"));
        Assert.False(line.GetProperty("stream").GetBoolean());
        Assert.Equal(200, line.GetProperty("status").GetInt32());
        Assert.Equal("ok", Text(line, "outcome"));
        Assert.Equal("ok", Text(Assert.Single(line.GetProperty("attempts").EnumerateArray()), "result"));
        Assert.Equal(12, line.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(body.Length, line.GetProperty("request_bytes").GetInt32());
        Assert.Equal(answer.Body.Length, line.GetProperty("response_bytes").GetInt32());
        Assert.InRange(line.GetProperty("overhead_ms").GetDouble(), 0, line.GetProperty("duration_ms").GetDouble());
        Assert.True(DateTimeOffset.TryParse(Text(line, "ts"), null, out _));
    }

    [Fact]
    public async Task Line_OfAStream_HasItsFields()
    {
        (RawAnswer answer, JsonElement line) = await SendAsync("stream-1", Requests.Body("chat", GatewayFixture.Model, stream: true, includeUsage: false));

        Assert.True(line.GetProperty("stream").GetBoolean());
        Assert.Equal(12, line.GetProperty("chunks").GetInt32());
        Assert.Equal(12, line.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(answer.Body.Length, line.GetProperty("response_bytes").GetInt32());
        Assert.InRange(line.GetProperty("ttft_ms").GetDouble(), 0, line.GetProperty("duration_ms").GetDouble());
    }

    [Theory]
    [InlineData("no/such-model", false, 404, "client_error", "model_not_found")]
    [InlineData("sim/500", false, 502, "upstream_error", "upstream_failed")]
    [InlineData("sim/429", true, 429, "upstream_error", "upstream_rate_limited")]
    [InlineData("sim/cut-after-5", true, 200, "incomplete", null)]
    public async Task Line_OfAFailure_SaysWhich(string model, bool stream, int status, string outcome, string? code)
    {
        (RawAnswer answer, JsonElement line) = await SendAsync($"failure-{model.Replace('/', '-')}", Requests.Body("chat", model, stream));

        Assert.Equal(status, answer.Status);
        Assert.Equal(status, line.GetProperty("status").GetInt32());
        Assert.Equal(outcome, Text(line, "outcome"));
        Assert.True(code is null ? Text(line, "error_code").Length > 0 : Text(line, "error_code") == code, line.GetRawText());
    }

    /// <summary>A client's text cannot make a second line or break the first.</summary>
    [Fact]
    public async Task Line_OfAHostileModelName_IsOneObject()
    {
        (_, JsonElement line) = await SendAsync("hostile-1", Requests.Body("chat", "a\\nb\\\"}\\u0000{\\u2028" + new string('x', 1000), stream: false));

        string model = Text(line, "model");
        Assert.StartsWith("a\nb\"}\0{\u2028x", model, StringComparison.Ordinal);
        Assert.True(model.Length <= 256);
        Assert.All(fixture.Gateway.Output, output => JsonDocument.Parse(output).Dispose());
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private async Task<(RawAnswer Answer, JsonElement Line)> SendAsync(string requestId, string body, params string[] headerLines)
    {
        RawAnswer answer = await RawClient.PostAsync(fixture.Gateway.Address, "/v1/chat/completions", body, [$"x-request-id: {requestId}", .. headerLines]);
        string line = await fixture.Gateway.WaitForOutputAsync(output => output.Contains($"\"request_id\":\"{requestId}\"", StringComparison.Ordinal));
        using JsonDocument json = JsonDocument.Parse(line);
        return (answer, json.RootElement.Clone());
    }
}
