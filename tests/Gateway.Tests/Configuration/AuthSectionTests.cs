using System.Security.Cryptography;
using System.Text;
using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class AuthSectionTests
{
    private const string Long = "0123456789abcdef-canary";

    [Fact]
    public void Keys_EveryForm_IsMappedToItsHash()
    {
        AuthOptions auth = new Load { File = "etc/g.yaml" }.WithFile("etc/keys/c", $"\n Bearer {Long}-c \r\n").With("TEAM_A", Long + "-a").WithFile("etc/g.yaml", $$$"""
            {{{Load.Minimal}}}
            routers: {production: {}}
            auth:
              keys:
                - id: team-a
                  key: "  Bearer ${TEAM_A} "
                  expires: 2027-01-01
                  models: ["meta/*", gpt-4o]
                  routers: [production, default]
                  rate-limit: {requests-per-minute: 100, tokens-per-minute: 100000, concurrent-requests: 32}
                - {id: team-b, key-sha256: "{{{Sha(Long + "-b").ToUpperInvariant()}}}", enabled: false}
                - {id: team-c, key-file: keys/c, expires: "2027-01-01T12:00:00+02:00"}
            """).Options().Auth;

        Assert.Equal(["team-a", "team-b", "team-c"], auth.Keys.Select(key => key.Id));
        Assert.Equal([Sha(Long + "-a"), Sha(Long + "-b"), Sha(Long + "-c")], auth.Keys.Select(key => key.Hash.Hex));
        Assert.Equal([true, false, true], auth.Keys.Select(key => key.Enabled));
        Assert.Equal([new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), null, new DateTimeOffset(2027, 1, 1, 10, 0, 0, TimeSpan.Zero)], auth.Keys.Select(key => key.Expires));
        Assert.Equal(["meta/*", "gpt-4o"], auth.Keys[0].Models);
        Assert.Equal(["production", "default"], auth.Keys[0].Routers);
        Assert.Equal(new LimitOptions { RequestsPerMinute = 100, TokensPerMinute = 100_000, ConcurrentRequests = 32 }, auth.Keys[0].Limits);
        Assert.True(auth.Keys[1] is { Models: [], Routers: [], Limits.IsEmpty: true });
    }

    [Fact]
    public void Keys_Absent_IsOpenWithAWarningBeyondLoopback()
    {
        Assert.True(Load.Yaml(Load.Minimal).Options().Auth.IsOpen);
        Assert.Empty(Load.Yaml(Load.Minimal).Result().Warnings);
        Assert.Contains("set auth.keys", Assert.Single(Load.Yaml(Load.Minimal).Set("server.listen", "http://0.0.0.0:1").Result().Warnings), StringComparison.Ordinal);
        Assert.Empty(With($"{{id: a, key: {Long}}}").Set("server.listen", "http://0.0.0.0:1").Result().Warnings);
    }

    [Theory]
    [InlineData("auth:", "3:6: auth: has no keys — list them under auth.keys; without the section the gateway is open to whoever reaches it")]
    [InlineData("auth: {}", "3:7: auth: has no keys — list them under auth.keys; without the section the gateway is open to whoever reaches it")]
    [InlineData("auth: {keys: }", "3:7: auth: has no keys — list them under auth.keys; without the section the gateway is open to whoever reaches it")]
    [InlineData("auth: {keys: []}", "3:14: auth.keys: is an empty list — name at least one, or remove the key")]
    [InlineData("auth: {keys: [secret-of-team-a]}", "3:15: auth.keys[0]: must be a section, not a single value — ")]
    [InlineData("auth: {keys: {id: a}}", "3:14: auth.keys: must be a list, not a section — write `keys: [{id: VALUE, …}]`")]
    [InlineData("auth: {key: x}", "3:8: auth.key: unknown key — did you mean `keys`?")]
    public void Section_Wrong_IsNamed(string line, string expected) =>
        Assert.Contains(Load.Yaml(Load.Minimal + line + "\n").Errors(), error => error.StartsWith("gateway.yaml:" + expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("{key: 0123456789abcdef}", "keys[0].id: is missing — add `id: VALUE`")]
    [InlineData("{id: a b, key: 0123456789abcdef}", "keys[0].id: is no name for a key — use letters")]
    [InlineData("{id: a}", "keys[0]: has no key — give exactly one of key, key-sha256 and key-file; to switch a key off write enabled: false")]
    [InlineData("{id: a, key: }", "keys[0]: has no key — give exactly one")]
    [InlineData("{id: a, key: '${EMPTY:-}'}", "keys[0]: has no key — give exactly one")]
    [InlineData("{id: a, key: 0123456789abcdef, key-file: f}", "keys[0]: has key and key-file — give exactly one")]
    [InlineData("{id: a, key: '  '}", "keys[0].key: is empty — give it a value")]
    [InlineData("{id: a, key: 'Bearer '}", "keys[0].key: is empty — give it a value")]
    [InlineData("{id: a, key: changeme}", "keys[0].key: is a placeholder, no key — use a random one")]
    [InlineData("{id: a, key: <your key here>}", "keys[0].key: is a placeholder, no key — use a random one")]
    [InlineData("{id: a, key: xxxxxxxxxxxxxxxxxxxxxxxx}", "keys[0].key: is a placeholder, no key — use a random one")]
    [InlineData("{id: a, key: schlüssel-0123456789}", "keys[0].key: holds control characters or characters beyond ASCII — paste the key again, on one line")]
    [InlineData("{id: a, key: [x]}", "keys[0].key: must be a single value, not a list")]
    [InlineData("{id: a, key-sha256: abc}", "keys[0].key-sha256: is not 64 hex digits — paste what `gateway hash-key` prints")]
    [InlineData("{id: a, key-sha256: '0000000000000000000000000000000000000000000000000000000000000000'}", "keys[0].key-sha256: is the hash of no key")]
    [InlineData("{id: a, key-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}", "keys[0].key-sha256: is the hash of no key")]
    [InlineData("{id: a, key-sha256: g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}", "keys[0].key-sha256: is not 64 hex digits")]
    [InlineData("{id: a, key-file: nowhere}", "keys[0].key-file: the file does not exist — ")]
    [InlineData("{id: a, key-file: empty}", "keys[0].key-file: is empty — ")]
    [InlineData("{id: a, key-file: two}", "keys[0].key-file: holds control characters or characters beyond ASCII — paste the key again, on one line")]
    [InlineData("{id: a, key: 0123456789abcdef, expires: tomorrow}", "keys[0].expires: `tomorrow` is no date — write 2027-01-01 (the start of that day, UTC) or 2027-01-01T12:00:00Z")]
    [InlineData("{id: a, key: 0123456789abcdef, expires: 2027-02-30}", "keys[0].expires: `2027-02-30` is no date")]
    [InlineData("{id: a, key: 0123456789abcdef, expires: '2027-01-01T12:00:00'}", "keys[0].expires: `2027-01-01T12:00:00` is no date")]
    [InlineData("{id: a, key: 0123456789abcdef, routers: [prod]}", "keys[0].routers[0]: there is no router `prod` — use default")]
    [InlineData("{id: a, key: 0123456789abcdef, models: []}", "keys[0].models: is an empty list — name at least one, or remove the key")]
    [InlineData("{id: a, key: 0123456789abcdef, models: [a, a]}", "keys[0].models[1]: `a` is listed twice — remove one of the two")]
    [InlineData("{id: a, key: 0123456789abcdef, enabled: maybe}", "keys[0].enabled: `maybe` is not a boolean — write true or false")]
    [InlineData("{id: a, key: 0123456789abcdef, rate-limit: {queue-timeout: 5s}}", "keys[0].rate-limit.queue-timeout: unknown key")]
    [InlineData("{id: a, key: 0123456789abcdef}, {id: b, key: 0123456789abcdef}", "keys[1]: has the same key as auth.keys[0] — give each entry a key of its own")]
    [InlineData("{id: a, key: 0123456789abcdef}, {id: a, key: 0123456789abcdeg, models: [m]}", "keys[1]: has the id of auth.keys[0] but other models, routers or limits — make them equal")]
    [InlineData("{id: a, key: 0123456789abcdef, rate-limit: {requests-per-minute: 1}}, {id: a, key: 0123456789abcdeg}", "keys[1]: has the id of auth.keys[0] but other")]
    public void Key_Wrong_IsNamedWithItsFix(string keys, string expected)
    {
        string error = Assert.Single(With(keys).Errors());

        Assert.Matches(@"^gateway\.yaml:3:\d+: auth\.", error);
        Assert.Contains("auth." + expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(512, false)]
    [InlineData(513, true)]
    public void Key_LongestThatIsRead_IsTheLongestThatIsAccepted(int length, bool isRefused) =>
        Assert.Equal(isRefused, With($"{{id: a, key: {string.Concat(Enumerable.Repeat("ab", 257))[..length]}}}").Errors().Length > 0);

    [Fact]
    public void Key_Short_IsAWarningThatDoesNotShowIt()
    {
        string warning = Assert.Single(With("{id: a, key: short-canary}").Result().Warnings);

        Assert.StartsWith("auth.keys[0].key: has fewer than 16 characters", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_OfOneId_AreARotation()
    {
        AuthOptions auth = With("{id: a, key: 0123456789abcdef, models: [m], expires: 2027-01-01}, {id: a, key: 0123456789abcdeg, models: [m], enabled: false}").Options().Auth;

        Assert.Equal(["a", "a"], auth.Keys.Select(key => key.Id));
    }

    [Fact]
    public void Values_OfKeys_AreShownWithoutSecrets()
    {
        ConfigurationResult result = With($"{{id: a, key: {Long}}}, {{id: b, key-sha256: {Sha(Long + "2")}}}, {{id: c, key-file: one}}").Result();
        string shown = string.Join('\n', result.Values);

        Assert.Contains(result.Values, value => value is { Path: "auth.keys[1].id", Text: "b" });
        Assert.Contains(result.Values, value => value is { Path: "auth.keys[0].key", Text: "***" });
        Assert.DoesNotContain("canary", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Sha(Long + "2"), shown, StringComparison.Ordinal);
    }

    [Fact]
    public void TenantHeader_WithoutKeys_Warns()
    {
        const string Yaml = "providers:\n  a: {type: dynamo, base-url: http://a:8000, request: {tenant-header: true}}\n";

        Assert.True(Load.Yaml(Yaml).Options().Providers[0].Request.TenantHeader);
        Assert.Equal(["providers.a.request.tenant-header: no effect without auth.keys"], Load.Yaml(Yaml).Result().Warnings);
        Assert.Empty(Load.Yaml(Yaml + $"auth: {{keys: [{{id: a, key: {Long}}}]}}\n").Result().Warnings);
    }

    [Fact]
    public void TenantHeader_AndTheSameHeaderFixed_IsAnError() => Assert.Equal(
        "gateway.yaml:2:71: providers.a.request.tenant-header: given together with an x-tenant-id in headers — keep one of the two",
        Load.Yaml("providers:\n  a: {type: dynamo, base-url: http://a:8000, request: {tenant-header: true, headers: {X-Tenant-Id: t}}}\n").Error().ToString());

    private static Load With(string keys) => Load.Yaml($"{Load.Minimal}auth: {{keys: [{keys}]}}\n")
        .WithFile("one", "0123456789-file-canary\n").WithFile("empty", " \n").WithFile("two", "0123456789abcdef\n0123456789abcdeg\n");

    private static string Sha(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key)));
}
