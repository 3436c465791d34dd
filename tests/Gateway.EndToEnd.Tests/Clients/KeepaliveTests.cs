using System.Text.Json;
using Gateway.EndToEnd.Tests.Wire;
using OpenAI.Chat;

namespace Gateway.EndToEnd.Tests.Clients;

/// <summary>Keepalives go out while the model thinks, and no client shows them: same text, same parts, same end as without them.</summary>
public sealed class KeepaliveTests(KeepaliveFixture fixture) : IClassFixture<KeepaliveFixture>
{
    [Fact]
    public async Task Keepalives_InOpenAI_AreEmptyAndBreakNothing()
    {
        string[] scenarios = ["no-text", "keepalive-helper", "keepalive-responses"];

        IReadOnlyDictionary<string, JsonElement> direct = await NodeClient.RunAsync(JavaScriptRuns.OpenAI, fixture.DirectBase, scenarios);
        IReadOnlyDictionary<string, JsonElement> through = await NodeClient.RunAsync(JavaScriptRuns.OpenAI, fixture.GatewayBase, scenarios);

        string[] expected = [.. direct["no-text"].GetProperty("result").EnumerateArray().Select(chunk => chunk.GetRawText())];
        string[] chunks = [.. through["no-text"].GetProperty("result").EnumerateArray().Select(chunk => chunk.GetRawText())];
        int keepalives = chunks.Length - expected.Length;
        Assert.True(keepalives >= 2, $"{keepalives} keepalives");
        Assert.All(chunks[..keepalives], chunk => Assert.Equal("{\"text\":\"\",\"role\":null,\"finish\":null}", chunk));
        Assert.Equal(expected, chunks[keepalives..]);
        Assert.Equal(direct["keepalive-helper"].GetRawText(), through["keepalive-helper"].GetRawText());
        Assert.Equal(direct["keepalive-responses"].GetRawText(), through["keepalive-responses"].GetRawText());
        await AssertKeepalivesSentAsync("/v1/chat/completions");
        await AssertKeepalivesSentAsync("/v1/responses");
    }

    [Fact]
    public async Task Keepalives_InAI_AreNoParts()
    {
        JsonElement direct = (await NodeClient.RunAsync(JavaScriptRuns.AI, fixture.DirectBase, "no-text"))["no-text"];
        JsonElement through = (await NodeClient.RunAsync(JavaScriptRuns.AI, fixture.GatewayBase, "no-text"))["no-text"];

        Assert.True(direct.TryGetProperty("result", out _), direct.GetRawText());
        Assert.Equal(direct.GetRawText(), through.GetRawText());
        await AssertKeepalivesSentAsync("/v1/chat/completions");
    }

    [Fact]
    public async Task Keepalives_InTheDotNetClient_AreEmptyAndBreakNothing()
    {
        List<string> direct = await TextsAsync(fixture.DirectBase);
        List<string> through = await TextsAsync(fixture.GatewayBase);

        Assert.Equal(direct.Where(text => text.Length > 0), through.Where(text => text.Length > 0));
        Assert.Equal("Stop", through[^1]);
        Assert.True(through.Count > direct.Count);
    }

    /// <summary>The frame as documented, byte by byte, and one id in the whole stream.</summary>
    [Fact]
    public async Task Keepalives_OnTheWire_AreTheDocumentedFrame()
    {
        RawAnswer answer = await RawClient.PostAsync(fixture.Gateway.Address, "/v1/chat/completions", Requests.Body("chat", KeepaliveFixture.SlowModel, stream: true));

        string[] frames = [.. answer.Text.Split("\n\n").Where(frame => frame.Contains("keepalive", StringComparison.Ordinal))];
        Assert.True(frames.Length >= 2);
        Assert.Single(frames.Distinct());
        Assert.Matches(
            "^data: \\{\"id\":\"chatcmpl-keepalive-[0-9a-f]{32}\",\"object\":\"chat\\.completion\\.chunk\",\"created\":[0-9]+,\"model\":\"sim/slow-first-token-1500\","
            + "\"choices\":\\[\\{\"index\":0,\"delta\":\\{\"content\":\"\"\\},\"finish_reason\":null\\}\\]\\}$",
            frames[0]);
        Assert.StartsWith("data: {\"id\":\"chatcmpl-keepalive-", answer.Text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", answer.Text, StringComparison.Ordinal);
    }

    private Task<string> AssertKeepalivesSentAsync(string path) => fixture.Gateway.WaitForOutputAsync(line =>
        line.Contains($"\"path\":\"{path}\"", StringComparison.Ordinal) && line.Contains("\"keepalives\":", StringComparison.Ordinal));

    private static async Task<List<string>> TextsAsync(Uri baseUrl)
    {
        List<string> texts = [];
        ChatFinishReason? end = null;
        await foreach (StreamingChatCompletionUpdate update in DotNetClient.Create(baseUrl).GetChatClient(KeepaliveFixture.SlowModel).CompleteChatStreamingAsync(new UserChatMessage("Hello")))
        {
            texts.Add(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            end = update.FinishReason ?? end;
        }

        return [.. texts, $"{end}"];
    }
}
