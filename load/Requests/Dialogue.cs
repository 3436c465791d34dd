using System.Text.Json;

namespace Gateway.Load.Requests;

/// <summary>What is asked: one prompt, or the messages of a conversation.</summary>
internal sealed record Dialogue
{
    /// <summary>An array of a dataset's messages, written as they are, before <see cref="Messages"/>.</summary>
    public JsonElement? DatasetMessages { get; init; }

    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    public int? OutputTokens { get; init; }

    /// <summary>For completions and embeddings, which know no messages.</summary>
    public string Text => string.Join('\n', Messages.Select(message => message.Content));

    public Dialogue With(string role, string content) => this with { Messages = [.. Messages, new ChatMessage(role, content)] };
}
