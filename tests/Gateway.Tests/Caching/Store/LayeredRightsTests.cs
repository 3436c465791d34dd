using System.Text.RegularExpressions;
using Gateway.Tests.Redis;
using TestKit.Processes;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store;

/// <summary>The rights that docs/operations.md names are enough for all that two gateways do with each other, and it uses no others.</summary>
public sealed partial class LayeredRightsTests
{
    [Fact]
    public async Task UserWithTheDocumentedRights_MayDoItAll()
    {
        await using RedisServer server = await RedisServer.StartAsync(null, ["--user", "gateway", "on", ">pw", .. DocumentedRights()]);
        string url = $"redis://gateway:pw@127.0.0.1:{server.Port}/1";
        await using (Layers one = await Layers.ReadyAsync(url))
        await using (Layers two = await Layers.ReadyAsync(url))
        {
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            one.Store.Keep(Key(1), Answer(now: now));
            await two.UntilFoundAsync(1);
            await one.Store.PurgeAsync(new("m", null), CancellationToken.None);
            await Clients.UntilAsync(() => two.Store.Status.Entries == 0);

            // A list this long becomes one purge of everything; a server that lost it all is told so.
            for (int i = 0; i < 260; i++)
                await one.Store.PurgeAsync(new($"model {i}", null), CancellationToken.None);
            await server.AskAsync("FLUSHALL");
            await two.Store.PurgeAsync(new("n", null), CancellationToken.None);
            two.Store.Keep(Key(2), Answer(model: "o", now: now));
            await one.UntilFoundAsync(2);
            Assert.Empty(one.Logged.Concat(two.Logged));
        }

        // What was refused would be in this list.
        Assert.Equal("*0", await server.AskAsync("ACL LOG"));
    }

    [Theory]
    [InlineData("+mget")]
    [InlineData("+subscribe")]
    [InlineData("+hlen")]
    [InlineData("&gateway:cache:1:*")]
    public async Task UserWithoutOneOfThem_IsNoticed(string right)
    {
        await using RedisServer server = await RedisServer.StartAsync(null, ["--user", "gateway", "on", ">pw", .. DocumentedRights().Where(documented => documented != right)]);
        await using Layers one = new($"redis://gateway:pw@127.0.0.1:{server.Port}");
        one.Store.Keep(Key(1), Answer(now: TimeProvider.System.GetUtcNow()));

        await Layers.UntilAsync(async () =>
        {
            await one.FindAsync(2);
            return await server.AskAsync("ACL LOG") != "*0";
        });
        Assert.NotNull(await one.FindAsync(1));
    }

    /// <summary>Commands, keys and channels as they are written there.</summary>
    private static string[] DocumentedRights()
    {
        string section = File.ReadAllText(Path.Combine(Repository.Root, "docs/operations.md")).Split("## Response cache: second level")[1];
        Match rights = Rights().Match(section);
        Assert.True(rights.Success);
        return [.. rights.Groups["commands"].Value.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries), rights.Groups["keys"].Value, rights.Groups["channels"].Value];
    }

    [GeneratedRegex("The user needs `(?<commands>[^`]+)` on `(?<keys>~[^`]+)` and `(?<channels>&[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rights();
}
