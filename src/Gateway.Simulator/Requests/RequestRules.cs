namespace Gateway.Simulator.Requests;

/// <summary>Dynamo's checks of a body that could be read, in its order: missing fields, unsupported features, required values, stream options, the rest.</summary>
internal static class RequestRules
{
    private const int MaxChoices = 128;

    public static Rejection? Check(GenerationRequest request, List<string>? unknown, RangeRules ranges, int bodyLength) =>
        Missing(request, bodyLength) ?? Unsupported(request) ?? StreamOptions(request) ?? Unknown(unknown) ?? Values(request) ?? ranges.Check();

    private static Rejection? Missing(GenerationRequest request, int bodyLength)
    {
        string field = request.Endpoint switch
        {
            SimulatedEndpoint.Chat or SimulatedEndpoint.Messages or SimulatedEndpoint.CountTokens => "messages",
            SimulatedEndpoint.Completions => "prompt",
            _ => "input",
        };
        if (!request.HasInput)
        {
            return Rejection.Shape($"missing field `{field}`", bodyLength);
        }

        if (request.Model.Length == 0)
        {
            return Rejection.Shape("missing field `model`", bodyLength);
        }

        return request is { Endpoint: SimulatedEndpoint.Messages, MaxTokens: null } ? Rejection.Shape("missing field `max_tokens`", bodyLength) : null;
    }

    private static Rejection? Unsupported(GenerationRequest request) => request switch
    {
        { UsesFunctionCall: true } => Rejection.Unsupported("`function_call` is deprecated. Please migrate to use `tool_choice` instead."),
        { UsesFunctions: true } => Rejection.Unsupported("`functions` is deprecated. Please migrate to use `tools` instead."),
        { InputIsEmpty: true } => Rejection.Validation(request.Endpoint switch
        {
            SimulatedEndpoint.Completions => "Prompt string cannot be empty",
            SimulatedEndpoint.Embeddings or SimulatedEndpoint.Responses => "Input cannot be empty",
            _ => "The 'messages' field cannot be empty. At least one message is required.",
        }),
        _ => null,
    };

    private static Rejection? StreamOptions(GenerationRequest request) =>
        request is { HasStreamOptions: true, Stream: false, Endpoint: SimulatedEndpoint.Chat or SimulatedEndpoint.Completions }
            ? Rejection.Validation("The 'stream_options' field is only allowed when 'stream' is set to true.")
            : null;

    private static Rejection? Unknown(List<string>? unknown) =>
        unknown is null ? null : Rejection.Validation($"Unsupported parameter(s): {string.Join(", ", unknown.Select(static name => $"`{name}`"))}");

    private static Rejection? Values(GenerationRequest request) => request switch
    {
        { MaxTokens: 0 } => Rejection.Validation("Max tokens must be greater than 0, got 0"),
        { MaxCompletionTokens: 0 } => Rejection.Validation("Max completion tokens must be greater than 0, got 0"),
        { N: < 1 or > MaxChoices } => Rejection.Validation($"n must be between 1 and {MaxChoices}, got {request.N}"),
        { Choices: > MaxChoices } => Rejection.Validation(
            $"Total choices (batch_size × n = {request.Inputs} × {request.N} = {request.Choices}) exceeds maximum of {MaxChoices}"),
        { N: > 1, Temperature: 0 } => Rejection.Validation(
            $"When n > 1, temperature must be greater than 0 to ensure diverse outputs. Got n={request.N}, temperature=0"),
        _ => null,
    };
}
