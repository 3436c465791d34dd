namespace Gateway.Configuration;

/// <summary>One effective value and its origin. Secrets are already redacted.</summary>
/// <param name="Path">Dotted path, list items included in <paramref name="Text"/>.</param>
/// <param name="Text">As written, after substitution; empty: not set.</param>
/// <param name="Source">Where it came from.</param>
internal sealed record ConfigurationValue(string Path, string Text, ConfigurationSource Source);
