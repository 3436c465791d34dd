using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Row 21 without OAuth2: the upstream rejects the gateway's credentials.</summary>
public sealed class CredentialTests
{
    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Rejected_TheFallbackAnswersAndTheProviderIsLeftAlone(int status)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 3, Options: "api-key: the-gateways-own"), new StagedProvider("b"));
        foreach (string id in new[] { "a-1", "a-2", "a-3" })
            stage[id].Does = Play.Status(status, "WWW-Authenticate: Bearer realm=\"secret realm\"\r\n");
        RawResponse first = await stage.AskAsync();
        Assert.Equal((200, "b", "2"), (first.Status, first.Header("x-gateway-provider"), first.Header("x-gateway-attempts")));
        Assert.Null(first.Header("www-authenticate"));
        for (int i = 0; i < 5; i++)
        {
            RawResponse response = await stage.AskAsync(stream: i % 2 == 0);
            Assert.Equal((200, "b", "1"), (response.Status, response.Header("x-gateway-provider"), response.Header("x-gateway-attempts")));
        }

        // The same key on another replica of the provider is the same key.
        Assert.Equal((7, 6), (stage.Count, stage["b-1"].Count));
        Assert.Equal(("unhealthy", "unhealthy"), (await stage.ConditionOfAsync("a-1"), await stage.ConditionOfAsync("a-3")));
        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_replica_up", "provider=\"a\""));
        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_replica_ejections_total"));
        Assert.Equal(1, await stage.Gateway.MetricAsync("gateway_fallbacks_total", "from=\"a\"", "to=\"b\""));
    }

    [Theory]
    [InlineData(401, true, "m")]
    [InlineData(401, false, "m")]
    [InlineData(403, true, "m")]
    [InlineData(401, true, "a/m")]
    public async Task Rejected_NobodyElse_Is502AndNever401(int status, bool stream, string model)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2, Options: "api-key: the-gateways-own"), new StagedProvider("b", Models: "another"));
        stage["a-1"].Does = stage["a-2"].Does = Play.Status(status, message: "Incorrect API key provided: the-gateways-own");
        for (int i = 1; i <= 2; i++)
        {
            RawResponse response = await stage.AskAsync(stream, model, "Authorization: Bearer the-clients-own\r\n");
            Assert.Equal((502, "upstream_auth", "upstream_error"), (response.Status, response.ErrorCode, response.Error.GetProperty("type").GetString()));
            Assert.DoesNotContain("the-gateways-own", response.Body);
            Assert.Equal("1", response.Header("x-gateway-attempts"));
        }

        Assert.Equal((2, 0), (stage["a-1"].Count + stage["a-2"].Count, stage["b-1"].Count));
    }

    [Fact]
    public async Task Rejected_TheFallbackFailsToo_ItsFailureIsTold()
    {
        await using Stage stage = await Stage.StartAsync("retries: { max-attempts: 2 }", new StagedProvider("a"), new StagedProvider("b"));
        stage["a-1"].Does = Play.Status(401);
        stage["b-1"].Does = Play.Status(502);
        RawResponse response = await stage.AskAsync();
        Assert.Equal((502, "upstream_failed", "2"), (response.Status, response.ErrorCode, response.Header("x-gateway-attempts")));
        Assert.Equal("a-1:upstream_auth b-1:upstream_failed", await stage.AttemptsOfAsync(response));
    }
}
