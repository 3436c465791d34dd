using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Failures;
using Gateway.Streaming;

namespace Gateway.Tests.Failures;

public sealed class ErrorWriterTests
{
    private static readonly Failure Busy = new(FailureCode.UpstreamRateLimited, "Slow \"down\"\n") { RetryAfter = TimeSpan.FromMilliseconds(1200), Param = "model" };

    [Theory]
    [InlineData(null)]
    [InlineData(Endpoint.ChatCompletions)]
    [InlineData(Endpoint.Responses)]
    public void Body_OpenAiEndpoint_HasMessageTypeParamCode(Endpoint? endpoint)
    {
        var body = Body(endpoint, new Failure(FailureCode.ModelNotFound, "no"));

        Assert.Equal("""{"error":{"message":"no","type":"not_found_error","param":null,"code":"model_not_found"}}""", body);
    }

    [Fact]
    public void Body_Messages_HasAnthropicShape() =>
        Assert.Equal(
            """{"type":"error","error":{"type":"rate_limit_error","message":"Slow \"down\"\n"}}""",
            Body(Endpoint.Messages, Busy));

    [Fact]
    public void Body_UpstreamCodeAndParam_AreKept()
    {
        var failure = new Failure(FailureCode.UpstreamRejected, "m") { UpstreamStatus = 422, UpstreamCode = "bad_thing", Param = "top_p" };

        Assert.Equal("""{"error":{"message":"m","type":"invalid_request_error","param":"top_p","code":"bad_thing"}}""", Body(null, failure));
    }

    [Fact]
    public void Body_LoneSurrogateAndControlCharacters_IsValidJson()
    {
        var body = Body(null, new Failure(FailureCode.InvalidField, "a\ud800b\u0001é"));

        using var json = JsonDocument.Parse(body);
        Assert.Equal("a\ufffdb\u0001é", json.RootElement.GetProperty("error").GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(Endpoint.ChatCompletions)]
    [InlineData(Endpoint.Completions)]
    public void Event_Chat_IsOneDataLineWithRetryAfter(Endpoint endpoint) =>
        Assert.Equal(
            """data: {"error":{"message":"Slow \"down\"\n","type":"rate_limit_error","param":"model","code":"upstream_rate_limited","retry_after":2}}""" + "\n\n",
            Event(endpoint, Busy));

    [Fact]
    public void Event_Messages_IsNamedError() =>
        Assert.Equal(
            "event: error\n" + """data: {"type":"error","error":{"type":"rate_limit_error","message":"Slow \"down\"\n","retry_after":2}}""" + "\n\n",
            Event(Endpoint.Messages, Busy));

    [Fact]
    public void Event_Responses_IsFlatAndNested()
    {
        var text = Event(Endpoint.Responses, new Failure(FailureCode.IdleTimeout, "gone"), sequenceNumber: 7);

        Assert.Equal(
            "event: error\n"
            + """data: {"type":"error","code":"idle_timeout","message":"gone","param":null,"sequence_number":7,"error":"""
            + """{"message":"gone","type":"timeout_error","param":null,"code":"idle_timeout"}}""" + "\n\n",
            text);
    }

    [Theory]
    [InlineData(400, "invalid_request_error")]
    [InlineData(401, "authentication_error")]
    [InlineData(403, "permission_error")]
    [InlineData(404, "not_found_error")]
    [InlineData(408, "invalid_request_error")]
    [InlineData(413, "request_too_large")]
    [InlineData(422, "invalid_request_error")]
    [InlineData(429, "rate_limit_error")]
    [InlineData(500, "api_error")]
    [InlineData(501, "invalid_request_error")]
    [InlineData(502, "api_error")]
    [InlineData(503, "overloaded_error")]
    [InlineData(504, "timeout_error")]
    [InlineData(529, "overloaded_error")]
    public void AnthropicType_ByStatus_IsDocumentedType(int status, string type) =>
        Assert.Equal(type, ErrorWriter.AnthropicTypeOf(new Failure(FailureCode.UpstreamFailed, "m") { UpstreamStatus = status }));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(999, 1)]
    [InlineData(1000, 1)]
    [InlineData(1001, 2)]
    public void RetryAfterSeconds_AnyWait_RoundsUpToAtLeastOne(int milliseconds, long seconds) =>
        Assert.Equal(seconds, new Failure(FailureCode.Draining, "m") { RetryAfter = TimeSpan.FromMilliseconds(milliseconds) }.RetryAfterSeconds);

    private static string Body(Endpoint? endpoint, Failure failure)
    {
        var output = new ArrayBufferWriter<byte>();
        ErrorWriter.WriteBody(output, endpoint, failure);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Event(Endpoint endpoint, Failure failure, long sequenceNumber = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        ErrorWriter.WriteEvent(output, endpoint, failure, sequenceNumber);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
