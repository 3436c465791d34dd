namespace Gateway.Cli.Probing;

/// <summary>Why a step failed, and what to do about it. Neither holds a credential.</summary>
internal sealed record ProbeFinding(string Problem, string Fix);
