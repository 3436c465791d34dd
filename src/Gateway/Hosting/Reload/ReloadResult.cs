using Gateway.Configuration;

namespace Gateway.Hosting.Reload;

/// <summary>What a reload did.</summary>
/// <param name="Outcome">How it ended.</param>
internal sealed record ReloadResult(ReloadOutcome Outcome)
{
    /// <summary>Paths of the values that differ from those in use until now.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>Paths of the values that differ from those in use and cannot change while the process runs.</summary>
    public IReadOnlyList<string> NeedsRestart { get; init; } = [];

    /// <summary>Everything that is wrong, for <see cref="ReloadOutcome.Failure"/>.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; init; } = [];
}
