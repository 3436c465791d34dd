using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Access;

/// <summary>What a valid key may use: routers, models, and what it learns of the others.</summary>
public sealed class PermissionTests(KeyedGateway keyed) : IClassFixture<KeyedGateway>
{
    private const string Meta = KeyedGateway.MetaOnly;

    /// <summary>The provider is called <c>meta</c>, so that <c>meta/gpt-4o</c> looks like a model the key may use.</summary>
    [Theory]
    [InlineData(Meta, "/v1", KeyedGateway.Model, 200, null)]
    [InlineData(Meta, "/v1", $"dynamo/{KeyedGateway.Model}", 200, null)]
    [InlineData(Meta, "/v1", $"dynamo:{KeyedGateway.Model}", 200, null)]
    [InlineData(Meta, "/ai", $"dynamo/{KeyedGateway.Model}", 200, null)]
    [InlineData(Meta, "/v1", "gpt-4o", 403, "model_not_allowed")]
    [InlineData(Meta, "/v1", "meta/gpt-4o", 403, "model_not_allowed")]
    [InlineData(Meta, "/v1", "meta:gpt-4o", 403, "model_not_allowed")]
    [InlineData(Meta, "/ai", "meta/gpt-4o", 403, "model_not_allowed")]
    [InlineData(Meta, "/router/production/v1", "meta/gpt-4o", 403, "model_not_allowed")]
    [InlineData(Meta, "/router/production", "gpt-4o-mini", 403, "model_not_allowed")]
    [InlineData(Meta, "/v1", "alias", 403, "model_not_allowed")]
    [InlineData(Meta, "/v1", "META/llama", 403, "model_not_allowed")]
    [InlineData(Meta, "/v1", "no-such-model", 403, "model_not_allowed")]
    [InlineData(KeyedGateway.AliasOnly, "/v1", "alias", 200, null)]
    [InlineData(KeyedGateway.AliasOnly, "/v1", KeyedGateway.Model, 403, "model_not_allowed")]
    [InlineData(KeyedGateway.AliasOnly, "/v1", $"dynamo/{KeyedGateway.Model}", 403, "model_not_allowed")]
    [InlineData(KeyedGateway.RouterOnly, "/router/production/v1", "gpt-4o", 200, null)]
    [InlineData(KeyedGateway.RouterOnly, "/v1", "gpt-4o", 403, "router_not_allowed")]
    [InlineData(KeyedGateway.RouterOnly, "/ai", "meta/gpt-4o", 403, "router_not_allowed")]
    [InlineData(KeyedGateway.RouterOnly, "/router/default/v1", "gpt-4o", 403, "router_not_allowed")]
    [InlineData(KeyedGateway.RouterOnly, "/router/nowhere/v1", "gpt-4o", 403, "router_not_allowed")]
    [InlineData(KeyedGateway.Everything, "/router/nowhere/v1", "gpt-4o", 404, "router_not_found")]
    public async Task Chat_AsThisKey_IsAllowedOrRefused(string key, string prefix, string model, int status, string? code)
    {
        RawResponse response = await keyed.PostAsync(KeyedGateway.Bearer(key), prefix + "/chat/completions", KeyedGateway.Body(model));

        // The simulator does not know gpt-4o: that its refusal came is the proof that it was asked.
        bool wasAsked = status == 200 && model.EndsWith("gpt-4o", StringComparison.Ordinal);
        Assert.Equal(wasAsked ? 404 : status, response.Status);
        if (wasAsked)
            Assert.Equal("meta", response.Header("x-gateway-provider"));
        else if (code is not null)
            Assert.Equal((code, status == 403 ? "permission_error" : "not_found_error"), (response.ErrorCode, response.Error.GetProperty("type").GetString()));
        if (code == "model_not_allowed")
            Assert.Equal("model", response.Error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task Chat_UnknownModel_HearsOfNoModelItMayNotUse()
    {
        RawResponse all = await keyed.PostAsync(KeyedGateway.Bearer(KeyedGateway.Everything), body: KeyedGateway.Body("gpt-4p"));
        RawResponse few = await keyed.PostAsync(KeyedGateway.Bearer(KeyedGateway.AliasOnly), body: KeyedGateway.Body("gpt-4p"));

        Assert.Contains("gpt-4o", all.Body, StringComparison.Ordinal);
        Assert.Equal("model_not_found", few.ErrorCode);
        Assert.DoesNotContain("Did you mean", few.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_RefusedModel_IsLoggedWithTheKey()
    {
        RawResponse response = await keyed.PostAsync(KeyedGateway.Bearer(Meta), body: KeyedGateway.Body("gpt-4o"));
        JsonElement line = await keyed.Gateway.LogOfAsync(response.Header("x-request-id")!);

        Assert.Equal(("team-m", "model_not_allowed", 403), (line.GetProperty("key").GetString(), line.GetProperty("error_code").GetString(), line.GetProperty("status").GetInt32()));
        Assert.False(line.TryGetProperty("attempts", out _));
    }

    [Fact]
    public async Task Models_Listed_AreThoseOfTheKey()
    {
        string[] all = await ModelsAsync(KeyedGateway.Everything, "/v1/models");
        Assert.Contains("gpt-4o", all);
        Assert.Contains(KeyedGateway.Model, all);
        Assert.All(await ModelsAsync(Meta, "/v1/models"), id => Assert.StartsWith("meta/", id, StringComparison.Ordinal));
        Assert.Contains(KeyedGateway.Model, await ModelsAsync(Meta, "/v1/models"));
        Assert.DoesNotContain("meta/gpt-4o", await ModelsAsync(Meta, "/ai/models"));
        Assert.Equal(all, await ModelsAsync(KeyedGateway.RouterOnly, "/router/production/v1/models"));
    }

    [Theory]
    [InlineData("", "/v1/models", 401)]
    [InlineData("", $"/v1/models/{KeyedGateway.Model}", 401)]
    [InlineData("", "/router/nowhere/v1/models", 401)]
    [InlineData(KeyedGateway.SwitchedOff, "/v1/models", 401)]
    [InlineData(KeyedGateway.RouterOnly, "/v1/models", 403)]
    [InlineData(Meta, $"/v1/models/{KeyedGateway.Model}", 200)]
    [InlineData(Meta, $"/v1/models/dynamo/{KeyedGateway.Model}", 200)]
    [InlineData(Meta, "/v1/models/gpt-4o", 404)]
    [InlineData(Meta, "/v1/models/meta/gpt-4o", 404)]
    [InlineData(Meta, "/ai/models/meta/gpt-4o", 404)]
    [InlineData(KeyedGateway.Everything, "/v1/models/meta/gpt-4o", 200)]
    public async Task Models_Asked_NeedAKeyThatMayUseThem(string key, string path, int status)
    {
        RawResponse response = await keyed.GetAsync(key.Length == 0 ? "" : KeyedGateway.Bearer(key), path);

        Assert.Equal(status, response.Status);
        Assert.Equal(status == 401 ? "Bearer" : null, response.Header("WWW-Authenticate"));
    }

    private async Task<string[]> ModelsAsync(string key, string path)
    {
        RawResponse response = await keyed.GetAsync(KeyedGateway.Bearer(key), path);
        Assert.Equal(200, response.Status);
        return [.. JsonDocument.Parse(response.Body).RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];
    }
}
