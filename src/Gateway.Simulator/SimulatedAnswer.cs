namespace Gateway.Simulator;

/// <summary>What one choice of an undisturbed answer says, decoded: what a client must have collected at its end.</summary>
/// <param name="Content">The text, or the arguments of the tool call.</param>
/// <param name="Reasoning">Reasoning text; empty when there is none.</param>
/// <param name="FinishReason">As chat spells it: stop, length, tool_calls.</param>
/// <param name="PromptTokens">Of the request.</param>
/// <param name="CompletionTokens">Of all choices together, reasoning included.</param>
/// <param name="Chunks">Chunks with reasoning, content or arguments that this choice streams as.</param>
public sealed record SimulatedAnswer(string Content, string Reasoning, string FinishReason, int PromptTokens, int CompletionTokens, int Chunks);
