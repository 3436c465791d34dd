using System.Text.RegularExpressions;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Two gateways with a cache in one Redis, in front of one upstream that answers what it is asked.</summary>
internal sealed partial class SharedCaches : IAsyncDisposable
{
    private readonly ScriptedReplica _upstream = new() { Does = SayToQuestion };
    private readonly GatewayProcess[] _gateways = new GatewayProcess[2];

    private SharedCaches(RedisServer redis) => Redis = redis;

    public RedisServer Redis { get; }

    public ScriptedReplica Upstream => _upstream;

    public IReadOnlyList<GatewayProcess> Gateways => _gateways;

    /// <param name="timeout">Longest wait for Redis.</param>
    /// <param name="top">Further top-level keys.</param>
    /// <param name="server">Further arguments of redis-server.</param>
    /// <param name="credentials">In the address, with the at sign.</param>
    public static async Task<SharedCaches> StartAsync(string timeout = "2s", string top = "", string[]? server = null, string credentials = "")
    {
        SharedCaches caches = new(await RedisServer.StartAsync(null, server ?? []));
        for (int i = 0; i < caches._gateways.Length; i++)
        {
            caches._gateways[i] = await GatewayProcess.ServeAsync($$"""
                providers: { p: { type: openai, base-url: "{{caches._upstream.Address.GetLeftPart(UriPartial.Authority)}}", models: [m, n] } }
                cache: { enabled: true, redis: "redis://{{credentials}}127.0.0.1:{{caches.Redis.Port}}", redis-timeout: {{timeout}} }
                {{top}}
                """);
        }

        return caches;
    }

    /// <summary>What the upstream says to a question.</summary>
    public static string AnswerTo(string question) => $"answer to {question}.";

    /// <summary>Asks a gateway, 0 or 1, and reads the whole answer.</summary>
    public async Task<RawResponse> AskAsync(int gateway, string question, bool stream = false, string headers = "", string model = "m")
    {
        string body = $$"""{"model":"{{model}}","temperature":0,{{(stream ? "\"stream\":true," : "")}}"messages":[{"role":"user","content":"{{question}}"}]}""";
        using RawClient client = await RawClient.PostAsync(_gateways[gateway].Address, Chat.Path, body, headers);
        return await client.ReadResponseAsync();
    }

    /// <summary>How the cache was met by somebody who wants what is there and nothing else: <c>hit</c>, or null.</summary>
    public async Task<string?> LookAsync(int gateway, string question, string headers = "", string model = "m") =>
        (await AskAsync(gateway, question, headers: headers + "Cache-Control: only-if-cached\r\n", model: model)).Header("x-gateway-cache");

    /// <summary>Until what the one gateway is told newly comes to the other: what was told before both were connected does not.</summary>
    /// <param name="name">Of the questions.</param>
    /// <param name="headers">Of the requests.</param>
    public async Task SharingAsync(string name, string headers = "")
    {
        for (int teller = 0; teller < _gateways.Length; teller++)
        {
            int number = 0;
            int from = teller;
            await Serving.EventuallyAsync(
                async () =>
                {
                    await AskAsync(from, $"{name} {from}-{number}", headers: headers);
                    return number++ > 0 && await LookAsync(1 - from, $"{name} {from}-{number - 2}", headers) == "hit";
                },
                "answers are not shared");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (GatewayProcess gateway in _gateways)
        {
            if (gateway is not null)
                await gateway.DisposeAsync();
        }

        await Redis.DisposeAsync();
        _upstream.Dispose();
    }

    private static Task SayToQuestion(UpstreamConnection connection, string request) => Answers.Say(AnswerTo(Question().Match(request).Groups["text"].Value))(connection, request);

    [GeneratedRegex("\"content\":\"(?<text>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Question();
}
