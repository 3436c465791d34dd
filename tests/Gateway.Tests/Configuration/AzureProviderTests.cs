using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class AzureProviderTests
{
    [Fact]
    public void Load_WithKey_HasItsDefaults()
    {
        ProviderOptions azure = One("{type: azure-openai, base-url: 'https://r.openai.azure.com/openai/v1', api-key: k, models: [m]}");

        Assert.Equal((ProviderType.AzureOpenAi, "https://r.openai.azure.com/", "2024-12-01-preview"), (azure.Type, azure.BaseUrls.Single().AbsoluteUri, azure.ApiVersion));
        Assert.Equal((StreamOptionsMode.Inject, MaxTokensField.Keep, "correlationId"), (azure.Request.StreamOptions, azure.Request.MaxTokensField, azure.Request.CorrelationIdHeader));
        Assert.Equal(TimeSpan.FromSeconds(10), azure.Timeouts.Connect);
        Assert.Null(azure.OAuth2);
    }

    [Fact]
    public void Load_CorrelationHeaderOff_TurnsItOff() =>
        Assert.Null(One("{type: azure-openai, base-url: http://r, models: [m], request: {correlation-id-header: 'off'}}").Request.CorrelationIdHeader);

    [Fact]
    public void Load_OAuth2_IsRead()
    {
        OAuth2Options oauth2 = One("{type: azure-openai, base-url: http://r, models: [m], oauth2: {token-url: 'https://t/x', client-id: ' id ', client-secret: 's', scope: a b, auth-style: body}}").OAuth2!;

        Assert.Equal(("https://t/x", "id", "s", "a b", OAuth2AuthStyle.Body), (oauth2.TokenUrl.AbsoluteUri, oauth2.ClientId, oauth2.ClientSecret.Reveal(), oauth2.Scope, oauth2.AuthStyle));
    }

    [Fact]
    public void Load_OAuth2OfAnyType_SecretFromFile()
    {
        OAuth2Options oauth2 = Load.Yaml("providers:\n  a: {type: openai, base-url: http://r, oauth2: {token-url: 'http://127.0.0.1:1/t', client-id: id, client-secret-file: secret}}\n")
            .WithFile("secret", "from-file\n").Options().Providers.Single().OAuth2!;

        Assert.Equal(("from-file", "secret", OAuth2AuthStyle.Basic), (oauth2.ClientSecret.Reveal(), oauth2.ClientSecretFile, oauth2.AuthStyle));
    }

    [Fact]
    public void Load_OAuth2WithNothing_NamesEachMissingSetting()
    {
        string[] errors = Load.Yaml("providers:\n  a: {type: openai, base-url: http://r, oauth2: {scope: x}}\n").Errors();

        Assert.Equal(3, errors.Length);
        Assert.All(["token-url", "client-id", "client-secret"], key => Assert.Contains(errors, error => error.Contains($"providers.a.oauth2: has no {key} ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("api-key: k, oauth2: {token-url: https://t, client-id: i, client-secret: s}", "providers.a.oauth2: given together with api-key")]
    [InlineData("oauth2: {token-url: http://t, client-id: i, client-secret: s}", "providers.a.oauth2.token-url: is not https")]
    [InlineData("oauth2: {token-url: https://t, client-id: i, client-secret: s}, request: {headers: {Authorization: x}}", "given together with an api-key or oauth2")]
    [InlineData("api-key: k, request: {headers: {api-key: x}}", "given together with an api-key")]
    [InlineData("api-version: 'a b'", "providers.a.api-version: is not a version's name")]
    public void Load_WhatCannotBe_IsAnError(string keys, string expected) =>
        Assert.Contains(expected, Load.Yaml($"providers:\n  a: {{type: azure-openai, base-url: https://r, models: [m], {keys}}}\n").Error().ToString(), StringComparison.Ordinal);

    [Fact]
    public void Load_ApiVersionElsewhere_IsAnError() => Assert.Contains(
        "providers.a.api-version: only azure-openai has it", Load.Yaml("providers:\n  a: {type: openai, base-url: https://r, api-version: x}\n").Error().ToString(), StringComparison.Ordinal);

    private static ProviderOptions One(string provider) => Load.Yaml($"providers:\n  a: {provider}\n").Options().Providers.Single();
}
