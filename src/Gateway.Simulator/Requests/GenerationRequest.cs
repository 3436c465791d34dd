namespace Gateway.Simulator.Requests;

/// <summary>What a frontend reads of a request body. Absent and null fields keep their defaults.</summary>
internal sealed class GenerationRequest
{
    public SimulatedEndpoint Endpoint { get; init; }

    public string Model { get; set; } = "";

    public bool Stream { get; set; }

    public bool HasStreamOptions { get; set; }

    public bool IncludeUsage { get; set; }

    public bool ContinuousUsage { get; set; }

    public int? MaxTokens { get; set; }

    public int? MaxCompletionTokens { get; set; }

    public int? MinTokens { get; set; }

    public bool IgnoreEos { get; set; }

    public int N { get; set; } = 1;

    public double? Temperature { get; set; }

    /// <summary>Prompts of a completion, inputs of an embedding; 1 otherwise.</summary>
    public int Inputs { get; set; } = 1;

    public bool HasInput { get; set; }

    public bool InputIsEmpty { get; set; }

    /// <summary>Identifies the messages, prompt or input whatever their white space: the text of the answer follows from it.</summary>
    public ulong PromptKey { get; set; } = 0xCBF29CE484222325UL;

    public int PromptBytes { get; set; }

    public int? Dimensions { get; set; }

    public bool Base64 { get; set; }

    public string? ToolName { get; set; }

    public bool ToolForced { get; set; }

    public bool RequestIdAnnotation { get; set; }

    public bool WantsWorkerId { get; set; }

    public bool WantsTiming { get; set; }

    /// <summary>Those of <see cref="StrictFields"/> that the body has; null for none.</summary>
    public List<string>? Strict { get; set; }

    public bool UsesFunctions { get; set; }

    public bool UsesFunctionCall { get; set; }

    public int Choices => Endpoint switch
    {
        SimulatedEndpoint.Chat => N,
        SimulatedEndpoint.Completions => N * Inputs,
        _ => 1,
    };

    /// <summary>About four bytes a token, as English is; at least one.</summary>
    public int PromptTokens => Math.Max(1, PromptBytes / 4);

    /// <summary><c>max_completion_tokens</c> wins over <c>max_tokens</c>.</summary>
    public int? OutputLimit => MaxCompletionTokens ?? MaxTokens;
}
