using OpenAI.Chat;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>All that the .NET client says of a chat answer, whichever shape it came in.</summary>
internal sealed record ChatSum
{
    public string? Id { get; init; }

    public string? Model { get; init; }

    public DateTimeOffset Created { get; init; }

    public string Text { get; init; } = "";

    public string Refusal { get; init; } = "";

    public ChatFinishReason? Finish { get; init; }

    /// <summary>Id, name and arguments of each call.</summary>
    public string Calls { get; init; } = "";

    public string Logprobs { get; init; } = "";

    public (int? Input, int? Output, int? Total) Usage { get; init; }

    internal static ChatSum Of(ChatCompletion answer) => new()
    {
        Id = answer.Id,
        Model = answer.Model,
        Created = answer.CreatedAt,
        Text = string.Concat(answer.Content.Select(part => part.Text)),
        Refusal = answer.Refusal ?? "",
        Finish = answer.FinishReason,
        Calls = string.Join(';', answer.ToolCalls.Select(call => $"{call.Id} {call.FunctionName} {call.FunctionArguments}")),
        Logprobs = Said(answer.ContentTokenLogProbabilities) + "|" + Said(answer.RefusalTokenLogProbabilities),
        Usage = (answer.Usage?.InputTokenCount, answer.Usage?.OutputTokenCount, answer.Usage?.TotalTokenCount),
    };

    internal static ChatSum Of(IReadOnlyList<StreamingChatCompletionUpdate> updates)
    {
        ChatTokenUsage? usage = updates.Select(update => update.Usage).LastOrDefault(usage => usage is not null);
        IEnumerable<IGrouping<int, StreamingChatToolCallUpdate>> calls = updates.SelectMany(update => update.ToolCallUpdates).GroupBy(call => call.Index);
        return new()
        {
            Id = updates[0].CompletionId,
            Model = updates[0].Model,
            Created = updates[0].CreatedAt,
            Text = string.Concat(updates.SelectMany(update => update.ContentUpdate).Select(part => part.Text)),
            Refusal = string.Concat(updates.Select(update => update.RefusalUpdate)),
            Finish = updates.Select(update => update.FinishReason).Single(finish => finish is not null),
            Calls = string.Join(';', calls.Select(pieces => $"{First(pieces, call => call.ToolCallId)} {First(pieces, call => call.FunctionName)} {string.Concat(pieces.Select(call => call.FunctionArgumentsUpdate?.ToString()))}")),
            Logprobs = Said(updates.SelectMany(update => update.ContentTokenLogProbabilities)) + "|" + Said(updates.SelectMany(update => update.RefusalTokenLogProbabilities)),
            Usage = (usage?.InputTokenCount, usage?.OutputTokenCount, usage?.TotalTokenCount),
        };
    }

    private static string? First(IEnumerable<StreamingChatToolCallUpdate> pieces, Func<StreamingChatToolCallUpdate, string?> member) => pieces.Select(member).FirstOrDefault(value => value is not null);

    private static string Said(IEnumerable<ChatTokenLogProbabilityDetails>? tokens) =>
        string.Join(',', (tokens ?? []).Select(token => $"{token.Token}:{token.LogProbability}:{token.TopLogProbabilities.Count}"));
}
