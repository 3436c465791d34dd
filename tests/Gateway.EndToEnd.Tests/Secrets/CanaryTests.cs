using System.Text;
using TestKit.Processes;
using static Gateway.EndToEnd.Tests.Secrets.SecretiveGateway;

namespace Gateway.EndToEnd.Tests.Secrets;

/// <summary>
/// A canary in every place that takes a secret, every path gone with every one of them, and then a search in all that the process wrote and sent: a
/// client's secret reaches no upstream, an upstream's no client, and neither is in a log, a metric, a status or an error.
/// </summary>
public sealed class CanaryTests
{
    private static readonly Canary[] OfClients = [ClientPlain, ClientFile, ClientHash, ClientOff, ClientWrong];
    private static readonly Canary[] OfUpstreams = [UpstreamPlain, UpstreamHeader, UpstreamFile, UpstreamAzure, UpstreamGone, TokenOfBasic, TokenOfBody, OAuthBasic, OAuthBody];
    private static readonly Canary[] OfTheGateway = [Admin, AdminWrong, Redis, Misplaced];
    private static readonly Canary[] Everybodys = [.. OfClients, .. OfUpstreams, .. OfTheGateway];

    [Fact]
    public async Task Secrets_OnEveryPath_StayWhereTheyBelong()
    {
        await using SecretiveGateway gateway = await StartAsync();
        SecretTraffic traffic = new(gateway);
        await traffic.AskEverythingAsync();
        await traffic.UploadAsync();
        await traffic.ListAsync();
        await traffic.LoseRedisAsync();
        await traffic.AdministerAsync();
        await traffic.RunCommandsAsync();
        gateway.Process.Signal(Signals.Terminate);
        await gateway.Process.WaitForExitAsync(TimeSpan.FromSeconds(40));

        foreach (string model in Models)
            AssertUpstream(gateway[model].Requests, MeantFor(model));
        AssertUpstream(gateway.BasicTokens.Requests, OAuthBasic);
        AssertUpstream(gateway.BodyTokens.Requests, OAuthBody);
        AssertNone("an answer", traffic.Answers, gateway);
        AssertNone("the output", string.Join('\n', gateway.Process.Output), gateway);
        AssertNone("the log", gateway.Process.StandardError, gateway);
        Assert.All(Models, model => Assert.Empty(QuotingUpstream.Faults.Except(gateway[model].Done.Keys)));
    }

    /// <summary>The search finds what it looks for.</summary>
    [Fact]
    public void Canary_InEveryForm_IsFound()
    {
        foreach (string around in new[] { "", "a", "ab", "abc" })
        {
            string text = around + Redis.Value + around;
            Assert.NotNull(Redis.FoundIn(text));
            Assert.NotNull(Redis.FoundIn(Uri.EscapeDataString(text)));
            Assert.NotNull(Redis.FoundIn(Convert.ToBase64String(Encoding.UTF8.GetBytes(text))));
            Assert.NotNull(Redis.FoundIn(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text))));
            Assert.Null(Admin.FoundIn(text));
        }
    }

    private static void AssertUpstream(IReadOnlyCollection<string> requests, params Canary[] meant)
    {
        string all = string.Join('\n', requests);
        Assert.All(meant, canary => Assert.NotNull(canary.FoundIn(all)));
        foreach (Canary canary in Everybodys.Except(meant))
            Assert.True(canary.FoundIn(all) is null, $"{canary.Name} reached an upstream: {canary.FoundIn(all)}");
    }

    private static void AssertNone(string where, string text, SecretiveGateway gateway)
    {
        foreach (Canary canary in Everybodys)
            Assert.True(canary.FoundIn(text) is null, $"{canary.Name} is in {where}: {canary.FoundIn(text)}");
        Assert.DoesNotContain(gateway.TlsKeyLine, text, StringComparison.Ordinal);
    }
}
