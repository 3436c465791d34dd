namespace Gateway.Streaming.Tests.Resume;

/// <summary>The least that a chunk brings.</summary>
/// <param name="Channel">The member it belongs to.</param>
/// <param name="Text">Decoded; a tool call's name comes whole.</param>
/// <param name="Call">Index of the tool call, for its name and arguments.</param>
internal sealed record Token(string Channel, string Text, int Call);
