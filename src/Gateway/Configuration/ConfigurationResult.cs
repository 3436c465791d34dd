using System.Diagnostics.CodeAnalysis;

namespace Gateway.Configuration;

/// <summary>Either a valid snapshot or everything that is wrong with it.</summary>
internal sealed record ConfigurationResult
{
    /// <summary>Null when there are <see cref="Errors"/>.</summary>
    public GatewayOptions? Options { get; init; }

    /// <summary>In file order, then variables, then command-line options.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; init; } = [];

    /// <summary>Valid but likely not meant; for the log.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Every value with its origin; empty when there are <see cref="Errors"/>.</summary>
    public IReadOnlyList<ConfigurationValue> Values { get; init; } = [];

    /// <summary>The file that was read; null: none, the environment alone.</summary>
    public string? File { get; init; }

    /// <summary>Every file that was read, the configuration's own first; those that were missing or unreadable too.</summary>
    public IReadOnlyList<ConfigurationFile> Files { get; init; } = [];

    /// <summary>A digest of every value that is set, by its path, file contents included; empty when there are <see cref="Errors"/>.</summary>
    public IReadOnlyDictionary<string, string> Digests { get; init; } = new Dictionary<string, string>();

    [MemberNotNullWhen(true, nameof(Options))]
    public bool IsValid => Options is not null;
}
