using Gateway.Simulator.Answers;
using Gateway.Simulator.Faults;
using Gateway.Simulator.Requests;

namespace Gateway.Simulator;

/// <summary>
/// Predicts answers, so that a load generator or a test can check what it received to the byte. The text follows from the seed, the
/// <c>messages</c>, <c>prompt</c> or <c>input</c> of the body (white space between JSON tokens aside) and the choice: not from the
/// replica, the time, or any other field, which only decide its length.
/// </summary>
public static class SimulatedText
{
    /// <summary>The choices that a frontend with these options answers this body with.</summary>
    /// <param name="options">The frontend's options: seed, lengths, tokens per chunk.</param>
    /// <param name="path"><c>/v1/chat/completions</c>, <c>/v1/completions</c>, <c>/v1/responses</c> or <c>/v1/messages</c>.</param>
    /// <param name="requestBody">The JSON body.</param>
    /// <exception cref="ArgumentException">The path does not generate text, or a frontend would refuse the body.</exception>
    public static IReadOnlyList<SimulatedAnswer> Expect(SimulatorOptions options, string path, ReadOnlySpan<byte> requestBody)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (GenerationPaths.Find(path) is not ({ } endpoint and not (SimulatedEndpoint.Embeddings or SimulatedEndpoint.CountTokens)))
        {
            throw new ArgumentException($"'{path}' does not generate text", nameof(path));
        }

        if (RequestReader.Read(requestBody, endpoint, out GenerationRequest request) is { } rejection)
        {
            throw new ArgumentException(rejection.Message, nameof(requestBody));
        }

        bool isFault = request.Model.StartsWith(FaultCatalog.Prefix, StringComparison.Ordinal);
        FaultPlan plan = isFault && FaultCatalog.Add(request.Model, FaultPlan.None) is { } faults ? faults : FaultPlan.None;

        var answer = new Answer(options, request, plan, responseId: "", created: 0);
        return
        [
            .. Enumerable.Range(0, answer.Choices).Select(choice => new SimulatedAnswer(
                answer.ContentText(choice), answer.ReasoningText(choice), answer.FinishReason, request.PromptTokens, answer.TotalCompletionTokens, answer.Rounds)),
        ];
    }
}
