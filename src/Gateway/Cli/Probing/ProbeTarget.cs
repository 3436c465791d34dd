namespace Gateway.Cli.Probing;

/// <summary>What <c>gateway probe</c> was asked to look at.</summary>
/// <param name="Provider">A configured provider's name; null: all of them.</param>
/// <param name="Model">The model of the completions; null: the first that looks like a chat model.</param>
internal sealed record ProbeTarget(string? Provider, string? Model);
