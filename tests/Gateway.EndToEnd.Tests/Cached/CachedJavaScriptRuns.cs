using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Tests.Clients;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>All scenarios of <c>clients/cached.mjs</c> in one run of node.</summary>
public sealed class CachedJavaScriptRuns : CachedModels
{
    internal static readonly string[] Chats = ["chat", "chat-two", "reasoning", "escapes", "length", "tools", "logprobs", "refusal"];
    internal static readonly string[] Completions = ["completion", "completion-two"];
    internal static readonly string[] Responses = ["response", "response-reasoning", "response-tools"];

    private IReadOnlyDictionary<string, JsonElement> _seen = new Dictionary<string, JsonElement>();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _seen = await NodeClient.RunAsync("cached.mjs", Base, [Gateway.AdminAddress.ToString(), .. Chats, .. Completions, .. Responses]);
    }

    /// <summary>The answers to a question, in the order of asking.</summary>
    /// <param name="scenario">Of the script.</param>
    /// <param name="first">Which shape was asked first: streamed or whole.</param>
    internal CachedAnswerSeen[] Of(string scenario, string first)
    {
        JsonElement seen = _seen[scenario];
        Assert.True(seen.TryGetProperty("result", out JsonElement result), seen.GetRawText());
        return
        [
            .. result.GetProperty(first).EnumerateArray()
                .Select(answer => new CachedAnswerSeen(answer.GetProperty("cache").GetString(), JsonNode.Parse(answer.GetProperty("seen").GetRawText())!)),
        ];
    }
}
