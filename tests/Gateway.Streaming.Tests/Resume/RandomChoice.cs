namespace Gateway.Streaming.Tests.Resume;

/// <summary>One choice of an answer.</summary>
internal sealed record RandomChoice(List<Token> Tokens, string Finish);
