namespace Gateway.Tests.Configuration;

/// <summary><c>server.cors</c>: origins in the spelling of browsers, whatever the spelling of users.</summary>
public sealed class CorsTests
{
    [Theory]
    [InlineData("https://Chat.Example.com", "https://chat.example.com")]
    [InlineData("https://chat.example.com/", "https://chat.example.com")]
    [InlineData("https://chat.example.com:443", "https://chat.example.com")]
    [InlineData("http://localhost:5173", "http://localhost:5173")]
    [InlineData("http://[::1]:5173", "http://[::1]:5173")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    [InlineData("tauri://localhost", "tauri://localhost")]
    [InlineData("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop")]
    [InlineData("*", "*")]
    public void Origin_AsUsersWriteIt_BecomesWhatBrowsersSend(string written, string expected) =>
        Assert.Equal([expected], Load.Yaml(Load.Minimal + $"server: {{ cors: '{written}' }}\n").Options().Server.Cors);

    [Theory]
    [InlineData("null")]
    [InlineData("'null'")]
    [InlineData("https://")]
    [InlineData("https://user@a.example")]
    [InlineData("https://a.example?x")]
    [InlineData("https://a.example#x")]
    [InlineData("a.example:443")]
    [InlineData("mailto:a@b")]
    public void Origin_ThatIsNone_IsRefused(string written)
    {
        Configuration.Load load = Load.Yaml(Load.Minimal + $"server: {{ cors: [{written}] }}\n");

        Assert.False(load.Result().IsValid && load.Options().Server.Cors.Count > 0);
    }

    [Fact]
    public void EveryOrigin_IsWarnedOf() =>
        Assert.Contains(Load.Yaml(Load.Minimal + "server: { cors: ['*'] }\n").Result().Warnings, warning => warning.StartsWith("server.cors: ", StringComparison.Ordinal));

    [Fact]
    public void AdminToken_Set_LetsTheAdminListenerBeyondLoopbackAndIsNeverShown()
    {
        var server = Load.Yaml(Load.Minimal + "server: { admin-listen: 'http://0.0.0.0:9091', admin-token: canary }\n").Options().Server;

        Assert.Equal("canary", server.AdminToken!.Reveal());
        Assert.DoesNotContain("canary", server.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AdminToken_EmptyVariable_IsNone() => Assert.Contains(
        "beyond loopback it needs admin-token",
        Assert.Single(Load.Yaml(Load.Minimal + "server: { admin-listen: 'http://0.0.0.0:9091', admin-token: '${TOKEN:-}' }\n").Errors()),
        StringComparison.Ordinal);
}
