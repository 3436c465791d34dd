using System.Text.Json;

namespace Gateway.EndToEnd.Tests.Clients;

/// <summary>npm's <c>openai</c> and <c>ai</c>: their users must notice no difference, and no broken answer may look whole to them.</summary>
public sealed class JavaScriptClientTests(JavaScriptRuns runs) : IClassFixture<JavaScriptRuns>
{
    [Theory]
    [InlineData(JavaScriptRuns.OpenAI, "chat")]
    [InlineData(JavaScriptRuns.OpenAI, "stream")]
    [InlineData(JavaScriptRuns.OpenAI, "stream-usage")]
    [InlineData(JavaScriptRuns.OpenAI, "reasoning")]
    [InlineData(JavaScriptRuns.OpenAI, "tools")]
    [InlineData(JavaScriptRuns.OpenAI, "tools-stream")]
    [InlineData(JavaScriptRuns.OpenAI, "tools-helper")]
    [InlineData(JavaScriptRuns.OpenAI, "completion")]
    [InlineData(JavaScriptRuns.OpenAI, "completion-stream")]
    [InlineData(JavaScriptRuns.OpenAI, "embeddings")]
    [InlineData(JavaScriptRuns.OpenAI, "embeddings-float")]
    [InlineData(JavaScriptRuns.OpenAI, "responses")]
    [InlineData(JavaScriptRuns.OpenAI, "responses-stream")]
    [InlineData(JavaScriptRuns.OpenAI, "models")]
    [InlineData(JavaScriptRuns.OpenAI, "model-with-slash")]
    [InlineData(JavaScriptRuns.AI, "chat")]
    [InlineData(JavaScriptRuns.AI, "stream")]
    [InlineData(JavaScriptRuns.AI, "stream-usage")]
    [InlineData(JavaScriptRuns.AI, "reasoning")]
    [InlineData(JavaScriptRuns.AI, "tools")]
    [InlineData(JavaScriptRuns.AI, "tools-stream")]
    [InlineData(JavaScriptRuns.AI, "completion")]
    [InlineData(JavaScriptRuns.AI, "completion-stream")]
    [InlineData(JavaScriptRuns.AI, "embeddings")]
    public void Result_ThroughTheGateway_IsWhatTheUpstreamGives(string client, string scenario)
    {
        (JsonElement direct, JsonElement through) = runs.Of(client, scenario);

        Assert.True(direct.TryGetProperty("result", out _), direct.GetRawText());
        Assert.Equal(direct.GetRawText(), through.GetRawText());
    }

    [Fact]
    public void Usage_OfAStream_IsThereWhenAskedForOnly()
    {
        string asked = runs.Of(JavaScriptRuns.OpenAI, "stream-usage").Through.GetRawText();
        string notAsked = runs.Of(JavaScriptRuns.OpenAI, "stream").Through.GetRawText();

        Assert.Contains("\"prompt_tokens\"", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("\"prompt_tokens\"", notAsked, StringComparison.Ordinal);
        Assert.DoesNotContain("\"choices\":[]", notAsked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JavaScriptRuns.OpenAI, "unknown-model", 404)]
    [InlineData(JavaScriptRuns.OpenAI, "unknown-model-stream", 404)]
    [InlineData(JavaScriptRuns.OpenAI, "bad-request", 400)]
    [InlineData(JavaScriptRuns.AI, "unknown-model", 404)]
    [InlineData(JavaScriptRuns.AI, "bad-request", 400)]
    public void Error_OfTheClientsMaking_IsTheSameError(string client, string scenario, int status)
    {
        (JsonElement direct, JsonElement through) = (runs.Of(client, scenario).Direct.GetProperty("error"), runs.Of(client, scenario).Through.GetProperty("error"));

        Assert.Equal(status, through.GetProperty("status").GetInt32());
        Assert.Equal(direct.GetProperty("status").GetInt32(), through.GetProperty("status").GetInt32());
        Assert.Equal(direct.GetProperty("name").GetString(), through.GetProperty("name").GetString());
    }

    /// <summary>Dynamo's own errors are flat and the clients cannot read them; through the gateway they can.</summary>
    [Theory]
    [InlineData("unknown-model", "model_not_found", "not_found_error")]
    [InlineData("upstream-500", "upstream_failed", "upstream_error")]
    public void Error_ThroughTheGateway_HasCodeTypeAndMessage(string scenario, string code, string type)
    {
        JsonElement error = runs.Of(JavaScriptRuns.OpenAI, scenario).Through.GetProperty("error");

        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(type, error.GetProperty("type").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public void Error_OfTheUpstreamsMaking_KeepsItsMessage()
    {
        JsonElement error = runs.Of(JavaScriptRuns.AI, "bad-request").Through.GetProperty("error");

        Assert.Contains("temperature", error.GetProperty("message").GetString()!, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>An error event, a cut connection and an answer without its end: each is an error to the user, after the text that had come.</summary>
    [Theory]
    [InlineData("error-in-stream")]
    [InlineData("cut-stream")]
    [InlineData("ended-stream")]
    public void BrokenStream_InOpenAI_Raises(string scenario)
    {
        (JsonElement direct, JsonElement through) = (runs.Of(JavaScriptRuns.OpenAI, scenario).Direct.GetProperty("result"), runs.Of(JavaScriptRuns.OpenAI, scenario).Through.GetProperty("result"));

        Assert.Equal("APIError", through.GetProperty("raised").GetString());
        Assert.NotEmpty(through.GetProperty("text").GetString()!);
        Assert.Equal(direct.GetProperty("text").GetString(), through.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("error-in-stream")]
    [InlineData("cut-stream")]
    [InlineData("ended-stream")]
    public void BrokenStream_InAI_HasAnErrorPart(string scenario)
    {
        JsonElement[] parts = [.. runs.Of(JavaScriptRuns.AI, scenario).Through.GetProperty("result").EnumerateArray()];

        Assert.Contains(parts, part => part.GetProperty("type").GetString() == "error");
        Assert.Equal(5, parts.Count(part => part.GetProperty("type").GetString() == "text-delta"));
        Assert.DoesNotContain(parts, part => part.TryGetProperty("finishReason", out JsonElement reason) && reason.ToString() == "stop");
    }
}
