using Gateway.Cli;

namespace Gateway.Tests.Cli;

public sealed class HashKeyCommandTests
{
    // printf %s 0123456789abcdef-team-a | sha256sum
    private const string Hash = "d6bb0674a17403dc9c961e599d07300996b545adc111910a8c7ceb215125830a";

    [Theory]
    [InlineData("0123456789abcdef-team-a")]
    [InlineData(" 0123456789abcdef-team-a ")]
    [InlineData("Bearer 0123456789abcdef-team-a")]
    public async Task HashKey_OfAKey_IsWhatTheConfigurationTakes(string typed)
    {
        CommandRun run = new() { Input = typed };

        Assert.Equal(ExitCode.Ok, await run.RunAsync("hash-key"));
        Assert.Equal(Hash, run.Output.TrimEnd());
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("", "the key is empty")]
    [InlineData("   ", "the key is empty")]
    [InlineData("changeme", "the key is a placeholder")]
    [InlineData("schlüssel-0123456789", "the key holds control characters or characters beyond ASCII")]
    public async Task HashKey_OfNoKey_Exits2(string typed, string expected)
    {
        CommandRun run = new() { Input = typed };

        Assert.Equal(ExitCode.Usage, await run.RunAsync("hash-key"));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task HashKey_OfAShortKey_WarnsWithoutShowingIt()
    {
        CommandRun run = new() { Input = "canary" };

        Assert.Equal(ExitCode.Ok, await run.RunAsync("hash-key"));
        Assert.Contains("fewer than 16 characters", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", run.Error + run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key\nmore", "key")]
    [InlineData("key\r\n", "key")]
    [InlineData("key", "key")]
    [InlineData("", "")]
    public void ReadLine_FirstLine_IsWithoutItsEnd(string input, string expected) => Assert.Equal(expected, SecretInput.ReadLine(new StringReader(input)));

    [Fact]
    public void ReadLine_WithoutEnd_IsBounded() => Assert.Equal(4096, SecretInput.ReadLine(new StringReader(new string('x', 100_000))).Length);
}
