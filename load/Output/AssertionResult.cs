namespace Gateway.Load.Output;

/// <param name="Text">As written.</param>
/// <param name="Holds">Whether it does.</param>
/// <param name="Found">What was measured.</param>
internal sealed record AssertionResult(string Text, bool Holds, string Found);
