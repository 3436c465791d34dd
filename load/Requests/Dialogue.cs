using System.Text.Json;

namespace Gateway.Load.Requests;

/// <summary>What is asked: one prompt, or the messages of a conversation.</summary>
internal sealed record Dialogue
{
    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    /// <summary>Messages of a dataset, written as they are.</summary>
    public JsonElement? RawMessages { get; init; }

    public int? OutputTokens { get; init; }

    /// <summary>For completions and embeddings, which know no messages.</summary>
    public string Text => string.Join('\n', Messages.Select(message => message.Content));

    public Dialogue With(string role, string content) => this with { Messages = [.. Messages, new ChatMessage(role, content)] };
}
