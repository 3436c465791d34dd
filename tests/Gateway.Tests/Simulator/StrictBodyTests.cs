using System.Text.Json;

namespace Gateway.Tests.Simulator;

public sealed class StrictBodyTests
{
    private const string Messages = "\"model\":\"meta/llama-3.1-8b-instruct\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";
    private const string Prompt = "\"model\":\"meta/llama-3.1-8b-instruct\",\"prompt\":\"x\"";

    [Theory]
    [InlineData("{" + Messages + ",\"foo\":1,\"prompt_cache_key\":\"k\"}", 400, "Validation: Unsupported parameter(s): `foo`, `prompt_cache_key`")]
    [InlineData("{" + Messages + ",\"nvext\":{\"foo\":1}}", 400, "Failed to deserialize the JSON body into the target type: nvext: unknown field `foo`")]
    [InlineData("{" + Messages + ",\"functions\":[]}", 501, "Validation: `functions` is deprecated. Please migrate to use `tools` instead.")]
    [InlineData("{" + Messages + ",\"function_call\":\"auto\"}", 501, "Validation: `function_call` is deprecated. Please migrate to use `tool_choice` instead.")]
    [InlineData("{\"model\":\"m\",\"messages\":[]}", 400, "Validation: The 'messages' field cannot be empty. At least one message is required.")]
    [InlineData("{" + Messages + ",\"stream\":true,\"stream_options\":{}}", 400, "Failed to deserialize the JSON body into the target type: stream_options: missing field `include_usage`")]
    [InlineData("{" + Messages + ",\"stream_options\":{\"include_usage\":true}}", 400, "Validation: The 'stream_options' field is only allowed when 'stream' is set to true.")]
    [InlineData("{" + Messages + ",\"temperature\":2.5}", 400, "Validation: Temperature must be between 0 and 2, got 2.5")]
    [InlineData("{" + Messages + ",\"max_tokens\":0}", 400, "Validation: Max tokens must be greater than 0, got 0")]
    [InlineData("{" + Messages + ",\"n\":129}", 400, "Validation: n must be between 1 and 128, got 129")]
    [InlineData("{" + Messages + ",\"max_tokens\":\"9\"}", 400, "Failed to deserialize the JSON body into the target type: max_tokens: invalid type, expected u32")]
    [InlineData("{\"model\":\"m\"}", 400, "Failed to deserialize the JSON body into the target type: missing field `messages`")]
    [InlineData("{\"messages\":[1]}", 400, "Failed to deserialize the JSON body into the target type: missing field `model`")]
    [InlineData("[]", 400, "Failed to deserialize the JSON body into the target type: invalid type, expected a map")]
    [InlineData("{\"model\":", 400, "Failed to parse the request body as JSON: ")]
    [InlineData("", 400, "Failed to parse the request body as JSON: ")]
    [InlineData("{\"model\":\"nobody/serves-this\",\"messages\":[1]}", 404, "Model not found")]
    [InlineData("{\"model\":\"sim/no-such-fault\",\"messages\":[1]}", 404, "Model not found")]
    public async Task Chat_RefusedBody_AnswersFlatErrorWithDynamosMessage(string body, int status, string message)
    {
        await using Replica replica = await Replica.StartAsync();
        (int actual, string text) = await replica.TextAsync(body);

        JsonElement error = JsonElement.Parse(text);
        Assert.StartsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal((status, status), (actual, error.GetProperty("code").GetInt32()));
        Assert.Equal(["message", "type", "code"], error.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(0, replica.Frontend.StartedGenerations);
    }

    [Theory]
    [InlineData("{" + Messages + ",\"ignore_eos\":true,\"min_tokens\":1,\"top_k\":4,\"min_p\":0.1,\"repetition_penalty\":1.1,\"guided_json\":{},\"cache_salt\":\"s\",\"stop_token_ids\":[1]}")]
    [InlineData("{" + Messages + ",\"chat_template_kwargs\":{\"a\":[{}]},\"thinking\":true,\"nvext\":{\"extra_fields\":[\"timing\"]},\"stop\":null,\"max_tokens\":null,\"tools\":null}")]
    [InlineData(" {\n " + Messages + " ,\t\"stream_options\":null }\n")]
    public async Task Chat_KnownExtensionsAndNulls_AreAccepted(string body)
    {
        await using Replica replica = await Replica.StartAsync();
        Assert.Equal(200, (await replica.TextAsync(body)).Status);
    }

    [Theory]
    [InlineData("/v1/completions", "{" + Prompt + ",\"messages\":[]}", "Validation: Unsupported parameter(s): `messages`")]
    [InlineData("/v1/completions", "{\"model\":\"m\",\"prompt\":\"\"}", "Validation: Prompt string cannot be empty")]
    [InlineData("/v1/completions", "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"],\"n\":100}", "Validation: Total choices (batch_size × n = 2 × 100 = 200) exceeds maximum of 128")]
    [InlineData("/v1/embeddings", "{\"model\":\"m\",\"input\":\"x\",\"stream\":true}", "Validation: Unsupported parameter(s): `stream`")]
    [InlineData("/v1/responses", "{\"model\":\"m\",\"input\":\"x\",\"messages\":[]}", "Validation: Unsupported parameter(s): `messages`")]
    public async Task OtherEndpoints_RefusedBody_AnswerDynamosMessage(string path, string body, string message)
    {
        await using Replica replica = await Replica.StartAsync();
        (int status, string text) = await replica.TextAsync(body, path);

        Assert.Equal((400, message), (status, JsonElement.Parse(text).GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Messages_WithoutMaxTokens_AnswersAnthropicError()
    {
        await using Replica replica = await Replica.StartAsync();
        (int status, string text) = await replica.TextAsync("{" + Messages + "}", "/v1/messages");

        Assert.Equal(400, status);
        Assert.Equal("invalid_request_error", JsonElement.Parse(text).GetProperty("error").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("application/vnd.api+json; charset=utf-8", 200)]
    [InlineData("text/plain", 415)]
    public async Task Chat_ContentType_MustBeJson(string contentType, int status)
    {
        await using Replica replica = await Replica.StartAsync();
        using HttpContent content = Replica.Json("{" + Messages + "}");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using HttpResponseMessage response = await replica.Client.PostAsync(new Uri(Replica.Chat, UriKind.Relative), content);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(-1, 200)]
    [InlineData(0, 200)]
    [InlineData(1, 413)]
    public async Task Chat_BodyAroundTheLimit_413OnlyAbove(int difference, int status)
    {
        await using Replica replica = await Replica.StartAsync();
        string head = "{\"model\":\"meta/llama-3.1-8b-instruct\",\"max_tokens\":1,\"messages\":[\"";
        string body = head + new string('a', (45 * 1024 * 1024) + difference - head.Length - 3) + "\"]}";

        Assert.Equal(status, (await replica.TextAsync(body)).Status);
    }
}
