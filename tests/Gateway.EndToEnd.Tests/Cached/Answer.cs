using System.Text.Json;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Looks at answers.</summary>
internal static class Answer
{
    /// <summary>A whole chat answer with its content, its end and its usage.</summary>
    public static void AssertWhole(string body, string content)
    {
        JsonElement root = JsonDocument.Parse(body).RootElement;
        JsonElement choice = root.GetProperty("choices")[0];
        Assert.Equal((content, "stop", 8), (
            choice.GetProperty("message").GetProperty("content").GetString(),
            choice.GetProperty("finish_reason").GetString(),
            root.GetProperty("usage").GetProperty("total_tokens").GetInt32()));
    }
}
