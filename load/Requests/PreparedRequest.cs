namespace Gateway.Load.Requests;

/// <summary>A request as it goes on the wire, head included, and what its answer must be.</summary>
/// <param name="Bytes">Head and body.</param>
/// <param name="Model">Of its body.</param>
/// <param name="Stream">The answer is asked for as an event stream.</param>
/// <param name="Content">The text that must come; null: not known.</param>
/// <param name="Reasoning">The reasoning that must come before it.</param>
internal sealed record PreparedRequest(ReadOnlyMemory<byte> Bytes, string Model, bool Stream, string? Content, string? Reasoning);
