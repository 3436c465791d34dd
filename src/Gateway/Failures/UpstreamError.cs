namespace Gateway.Failures;

/// <summary>What an upstream's error body says; each part null when it says nothing.</summary>
/// <param name="Message">At most <see cref="UpstreamErrorReader.MaxMessage"/> characters, credentials replaced by <c>***</c>.</param>
/// <param name="Code">The upstream's own string code, an identifier of at most 64 characters.</param>
/// <param name="Param">The request field that it names, at most 128 characters.</param>
internal readonly record struct UpstreamError(string? Message, string? Code, string? Param);
