using System.Text.RegularExpressions;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Two gateways with a cache in one Redis, in front of one upstream that answers what it is asked.</summary>
internal sealed partial class SharedCaches : GatewayPair
{
    private SharedCaches(RedisServer redis)
        : base(redis) => Upstream.Does = SayToQuestion;

    /// <param name="timeout">Longest wait for Redis.</param>
    /// <param name="top">Further top-level keys.</param>
    public static async Task<SharedCaches> StartAsync(string timeout = "2s", string top = "")
    {
        SharedCaches caches = new(await RedisServer.StartAsync());
        await caches.ServeAsync($$"""
            cache: { enabled: true, redis: "{{caches.Redis.Url}}", redis-timeout: {{timeout}} }
            {{top}}
            """, "[m, n]");
        return caches;
    }

    /// <summary>What the upstream says to a question.</summary>
    public static string AnswerTo(string question) => $"answer to {question}.";

    /// <summary>Asks a gateway, 0 or 1, and reads the whole answer.</summary>
    public Task<RawResponse> AskAsync(int gateway, string question, bool stream = false, string headers = "", string model = "m") => PostAsync(
        gateway,
        $$"""{"model":"{{model}}","temperature":0,{{(stream ? "\"stream\":true," : "")}}"messages":[{"role":"user","content":"{{question}}"}]}""",
        headers);

    /// <summary>How the cache was met by somebody who wants what is there and nothing else: <c>hit</c>, or null.</summary>
    public async Task<string?> LookAsync(int gateway, string question, string headers = "", string model = "m") =>
        (await AskAsync(gateway, question, headers: headers + "Cache-Control: only-if-cached\r\n", model: model)).Header("x-gateway-cache");

    /// <summary>Until what the one gateway is told newly comes to the other: what was told before both were connected does not.</summary>
    /// <param name="name">Of the questions.</param>
    /// <param name="headers">Of the requests.</param>
    public async Task SharingAsync(string name, string headers = "")
    {
        for (int teller = 0; teller < Gateways.Count; teller++)
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

    private static Task SayToQuestion(UpstreamConnection connection, string request) => Answers.Say(AnswerTo(Question().Match(request).Groups["text"].Value))(connection, request);

    [GeneratedRegex("\"content\":\"(?<text>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Question();
}
