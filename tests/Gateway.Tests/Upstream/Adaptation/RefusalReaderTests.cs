using System.Text;
using Gateway.Upstream.Adaptation;

namespace Gateway.Tests.Upstream.Adaptation;

public sealed class RefusalReaderTests
{
    private const RefusedFields Everything = (RefusedFields)((1 << 17) - 1);

    public static TheoryData<string, string> Refusals => new()
    {
        { """{"message":"Validation: Unsupported parameter(s): `stream_options`","type":"Bad Request","code":400}""", "StreamOptions" },
        { """{"message":"Validation: Unsupported parameter(s): `n`, `prompt_cache_key`"}""", "N, PromptCacheKey" },
        { """{"error":{"message":"Unrecognized request argument supplied: stream_options","type":"invalid_request_error","param":null,"code":null}}""", "StreamOptions" },
        { """{"error":{"message":"Unrecognized request argument supplied: user","type":"invalid_request_error"}}""", "User" },
        { """{"error":{"message":"Unknown parameter: 'thinking'.","param":"thinking","code":"unknown_parameter"}}""", "Thinking" },
        { """{"error":{"message":"Unknown parameter: 'stream_options.include_usage'.","param":"stream_options.include_usage"}}""", "StreamOptions" },
        { """{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."}}""", "MaxTokens" },
        { """{"error":{"message":"Unsupported parameter: 'max_completion_tokens'. Use 'max_tokens'."}}""", "MaxCompletionTokens" },
        { """{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted","input":{"include_usage":true}}]}""", "StreamOptions" },
        { """{"detail":[{"loc":["body","n"],"msg":"extra fields not permitted"},{"loc":["body","user"],"msg":"extra fields not permitted"}]}""", "N, User" },
        { """{"detail":[{"type":"extra_forbidden","loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted"}]}""", "StreamOptions" },
        { """{"object":"error","message":"[{'type': 'extra_forbidden', 'loc': ('body', 'n'), 'msg': 'Extra inputs are not permitted', 'input': 1}]","type":"BadRequestError","code":400}""", "N" },
        { """{"title":"Bad Request","status":400,"detail":"json: unknown field \"max_completion_tokens\""}""", "MaxCompletionTokens" },
        { """data: {"title":"Bad Request","detail":"frequency_penalty is not supported"}""" + "\n\n", "FrequencyPenalty" },
        { """{"error":"presence_penalty: unexpected keyword argument"}""", "PresencePenalty" },
        { "Property prompt_cache_key is unsupported", "PromptCacheKey" },
        { """{"error":{"message":"1 validation error\nstream_options\n  Extra inputs are not permitted"}}""", "StreamOptions" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Read_FieldNamedAsUnknown_IsFound(string body, string expected) =>
        Assert.Equal(Enum.Parse<RefusedFields>(expected), RefusalReader.Read(Encoding.UTF8.GetBytes(body), Everything));

    [Theory]
    [InlineData("""{"message":"stream_options must be an object"}""")]
    [InlineData("""{"message":"The 'stream_options' field is only valid when stream is true"}""")]
    [InlineData("""{"error":{"message":"Unsupported value: 'reasoning_effort' does not support 'minimal' with this model. Supported values are: 'low'.","param":"reasoning_effort","code":"unsupported_value"}}""")]
    [InlineData("""{"message":"n must be 1: unsupported"}""")]
    [InlineData("""{"message":"Unsupported parameter(s): `messages`"}""")]
    [InlineData("""{"message":"unknown user role in a message"}""")]
    [InlineData("""{"message":"Unsupported parameter(s): `foo_n`, `xuser`, `stream_options_2`"}""")]
    [InlineData("""{"detail":[{"type":"missing","loc":["body","n"],"msg":"Field required"}]}""")]
    [InlineData("""{"detail":[{"type":"extra_forbidden","loc":["body","foo"],"msg":"Extra inputs are not permitted","input":{"loc":["n"],"type":"extra_forbidden"}}]}""")]
    [InlineData("""{"detail":[{"type":"extra_forbidden","loc":["body","foo","n"],"msg":"Extra inputs are not permitted"}]}""")]
    [InlineData("""{"object":"error","message":"[{'type': 'extra_forbidden', 'loc': ('body', 'foo'), 'msg': 'Extra inputs are not permitted', 'input': \"'n'\"}]"}""")]
    [InlineData("""{"detail":[{"type":"extra_forb""")]
    [InlineData("<html>unsupported stream_options</html>")]
    [InlineData("")]
    [InlineData("{}")]
    public void Read_AnythingElse_NamesNothing(string body) =>
        Assert.Equal(RefusedFields.None, RefusalReader.Read(Encoding.UTF8.GetBytes(body), Everything));

    [Fact]
    public void Read_FieldThatWasNotSent_IsNotNamed() =>
        Assert.Equal(RefusedFields.User, RefusalReader.Read("""{"message":"Unsupported parameter(s): `n`, `user`"}"""u8, RefusedFields.User));

    [Fact]
    public void Read_RandomBytes_NeverThrows()
    {
        Random random = new(7);
        byte[] seed = """{"detail":[{"type":"extra_forbidden","loc":["body","n"],"msg":"Extra \u00e9 inputs"}],"message":"'type': 'extra_forbidden', 'loc': ("}"""u8.ToArray();
        for (int round = 0; round < 20_000; round++)
        {
            byte[] body = [.. seed];
            for (int change = random.Next(1, 6); change > 0; change--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            RefusalReader.Read(body, Everything);
        }
    }
}
