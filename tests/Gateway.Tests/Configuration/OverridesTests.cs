using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class OverridesTests
{
    private const string Listen = "server: {listen: http://127.0.0.1:1}\n" + Load.Minimal;

    [Fact]
    public void Listen_EverySource_TheCommandLineWins()
    {
        Load load = Load.Yaml(Load.Minimal);
        Assert.Equal(8080, load.Options().Server.Listen[0].Port);

        load = Load.Yaml(Listen);
        Assert.Equal(1, load.Options().Server.Listen[0].Port);

        load.With("GATEWAY__SERVER__LISTEN", "http://127.0.0.1:2");
        Assert.Equal(2, load.Options().Server.Listen[0].Port);

        load.Set("server.listen", "http://127.0.0.1:3");
        Assert.Equal(3, load.Options().Server.Listen[0].Port);

        load.Set("server.listen", "http://127.0.0.1:4, http://127.0.0.1:5");
        Assert.Equal([4, 5], load.Options().Server.Listen.Select(url => url.Port));
    }

    [Theory]
    [InlineData("my-nim", "GATEWAY__PROVIDERS__MY_NIM__API_KEY")]
    [InlineData("My_Nim", "GATEWAY__PROVIDERS__MY_NIM__API_KEY")]
    [InlineData("my_nim", "GATEWAY__providers__my_nim__api_key")]
    public void ApiKeyVariable_ProviderOfAnySpelling_IsFound(string provider, string variable)
    {
        GatewayOptions options = Load.Yaml($"providers: {{{provider}: {{type: openai, base-url: http://a, api-key: file}}}}").With(variable, "Bearer env").Options();

        Assert.Equal("env", Assert.Single(options.Providers).ApiKey?.Reveal());
    }

    [Fact]
    public void Variables_NewProvider_IsAddedLast()
    {
        GatewayOptions options = Load.Yaml(Load.Minimal)
            .With("GATEWAY__PROVIDERS__NEW_ONE__TYPE", "dynamo")
            .With("GATEWAY__PROVIDERS__NEW_ONE__BASE_URLS", "http://b:1,http://b:2")
            .Options();

        Assert.Equal(["a", "new-one"], options.Providers.Select(provider => provider.Name));
        Assert.Equal(2, options.Providers[1].BaseUrls.Count);
    }

    [Fact]
    public void Override_OfTheAlternativeKey_ReplacesTheFiles()
    {
        GatewayOptions options = Load.Yaml("providers: {a: {type: openai, base-urls: [http://a, http://b], api-key-file: missing}}")
            .With("GATEWAY__PROVIDERS__A__BASE_URL", "http://c")
            .Set("providers.a.api-key", "k")
            .Options();

        Assert.Equal("http://c/", Assert.Single(options.Providers[0].BaseUrls).AbsoluteUri);
        Assert.Equal("k", options.Providers[0].ApiKey?.Reveal());
    }

    [Fact]
    public void Set_NamesWithDotsAndSlashes_AreOneName()
    {
        GatewayOptions options = Load.Yaml(Load.Minimal).Set("model-mapping.nvidia/llama3.1-70b", "gpt-4o, b").Set("providers.a.request.headers.X-A", "v").Options();

        Assert.Equal(["gpt-4o", "b"], options.ModelMapping["nvidia/llama3.1-70b"]);
        Assert.Equal("X-A", options.Providers[0].Request.Headers[0].Key);
    }

    [Fact]
    public void Variable_ExistingModelMapping_IsReplaced()
    {
        GatewayOptions options = Load.Yaml(Load.Minimal + "model-mapping: {m/x-1.5: [a]}").With("GATEWAY__MODEL_MAPPING__M_X_1_5", "b").Options();

        Assert.Equal(["b"], Assert.Single(options.ModelMapping).Value);
    }

    [Fact]
    public void Override_EmptyValue_IsBackToTheDefault()
    {
        GatewayOptions options = Load.Yaml(Listen).With("GATEWAY__SERVER__LISTEN", "").Options();

        Assert.Equal(8080, options.Server.Listen[0].Port);
    }

    [Fact]
    public void Override_Value_IsTakenLiterally() =>
        Assert.Equal("${X}#: y", Load.Yaml(Load.Minimal).With("GATEWAY__PROVIDERS__A__API_KEY", "${X}#: y").Options().Providers[0].ApiKey?.Reveal());

    [Theory]
    [InlineData("GATEWAY__SERVER__LISTN", "x", "GATEWAY__SERVER__LISTN: server.listn: unknown key — did you mean `listen`?")]
    [InlineData("GATEWAY__POLICIES_FILE", "x", "GATEWAY__POLICIES_FILE: policies-file: not in this version — remove it")]
    [InlineData("GATEWAY__SERVER", "x", "GATEWAY__SERVER: server: is a section, not a value — set one of the keys inside it")]
    [InlineData("GATEWAY__SERVER__LISTEN__X", "x", "GATEWAY__SERVER__LISTEN__X: server.listen: has no keys below it — set server.listen itself")]
    [InlineData("GATEWAY____X", "x", "GATEWAY____X: names no setting — write the path of a key, as in GATEWAY__SERVER__LISTEN or --set server.listen=…")]
    [InlineData("GATEWAY__KEEPALIVE__INTERVAL", "9", "GATEWAY__KEEPALIVE__INTERVAL: keepalive.interval: `9`: a duration needs a unit — write a number and a unit, as in 250ms, 8s, 2m or 1h; 0 for off")]
    [InlineData("GATEWAY__PROVIDERS__B__API_KEY", "x", "GATEWAY__PROVIDERS__B__API_KEY: providers.b.type: is missing — add `type: dynamo`")]
    public void Variable_Wrong_IsNamed(string variable, string value, string expected) =>
        Assert.Equal([expected], Load.Yaml(Load.Minimal).With(variable, value).Errors());

    [Fact]
    public void Set_Wrong_IsNamed() => Assert.Equal(
        ["--set server.admin-listen: server.admin-listen: takes the same port as the public address 127.0.0.1:8080 — choose another port"],
        Load.Yaml(Load.Minimal).Set("server.admin-listen", "http://localhost:8080").Errors());

    [Fact]
    public void Override_BelowAWrongValue_LeavesTheFilesErrorInPlace() =>
        Assert.StartsWith("gateway.yaml:1:9: server: must be a section", Assert.Single(Load.Yaml("server: 5\n" + Load.Minimal).Set("server.listen", "http://127.0.0.1:3").Errors()), StringComparison.Ordinal);

    [Fact]
    public void Variable_OtherPrefix_IsIgnored() => Assert.True(Load.Yaml(Load.Minimal).With("GATEWAY_SERVICE_HOST", "x").With("XGATEWAY__A", "y").Result().IsValid);
}
